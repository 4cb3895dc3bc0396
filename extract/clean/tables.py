"""Closed tables of what stands in real abstracts: TeX commands, accents, HTML tags, characters.

The commands are those seen in 190,000 abstracts of arXiv, OpenReview and the ACL Anthology; a command that is not
here keeps its name and loses its backslash, which is what a Hugging Face page does to all of them.
"""

from __future__ import annotations

# Commands that stand for a character.
SYMBOLS = {
    "times": "×", "cdot": "·", "ast": "*", "star": "*", "sim": "~", "approx": "≈", "simeq": "≈", "pm": "±", "mp": "∓",
    "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "ll": "≪", "gg": "≫", "lt": "<",
    "gt": ">", "neq": "≠", "ne": "≠", "equiv": "≡", "propto": "∝", "rightarrow": "→", "to": "→", "longrightarrow": "→",
    "Rightarrow": "⇒", "leftarrow": "←", "leftrightarrow": "↔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓",
    "infty": "∞", "in": "∈", "cup": "∪", "cap": "∩", "subset": "⊂", "subseteq": "⊆", "forall": "∀", "exists": "∃",
    "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "ell": "ℓ", "dots": "…", "ldots": "…",
    "cdots": "…", "textendash": "–", "textemdash": "—", "textasciitilde": "~", "textbackslash": "\\", "textless": "<",
    "textgreater": ">", "textpm": "±", "texttimes": "×", "textmu": "μ", "textdegree": "°", "degree": "°",
    "circ": "°",
    "deg": "°", "dag": "†", "dagger": "†", "S": "§", "P": "¶", "pounds": "£", "euro": "€", "copyright": "©",
    "checkmark": "✓",
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "log": "log", "ln": "ln", "exp": "exp", "min": "min", "max": "max", "mid": "|", "vert": "|",
    "Vert": "‖", "langle": "⟨", "rangle": "⟩", "sqrt": "√", "percent": "%", "textpercent": "%", "texttildelow": "~",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip

# Commands that only dress their argument (or the rest of their group); they vanish with an opening brace after them.
DRESS = frozenset(
    """text textbf textit textsc texttt textrm textsf textsl textup textmd textnormal textsuperscript textsubscript
    emph underline uline ul mathbf mathcal mathrm mathbb mathit mathsf mathtt mathfrak mathscr boldsymbol bm pmb
    operatorname mbox hbox fbox em it bf rm sc tt sf sl bfseries itshape scshape ttfamily small footnotesize scriptsize
    tiny normalsize large Large huge displaystyle textstyle left right big Big bigl bigr limits ensuremath xspace
    protect noindent centering overline widehat hat widetilde tilde bar vec dot mathop mathrel url path nolinkurl
    unicode textquotesingle sout st hl href hyperlink textcolor color""".split()  # noqa: SIM905
)

# Commands that vanish with their arguments.
DROPPED = frozenset(
    """cite citep citet citealp citeauthor citeyear autocite parencite textcite nocite ref eqref autoref cref Cref
    label vspace hspace thanks""".split()  # noqa: SIM905
)

# The combining character of each TeX accent; those with letters need a brace or a space before their base.
ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323",
}  # fmt: skip

# Tags that are mark-up in abstracts; `<UNK>` or `a<b` are text. Inline ones vanish, block ones become a space.
INLINE_TAGS = frozenset(
    """a b i u em strong span small tt code s q font sc italic bold monospace roman underline overline fixed-case
    tex-math url inline-formula named-content styled-content xref ext-link alternatives mo mi mn mtext mrow msub msup
    msubsup mfrac mstyle mspace mover munder mfenced semantics math sub inf""".split()  # noqa: SIM905
)
BLOCK_TAGS = frozenset(
    "p br div li ul ol sec title abstract h1 h2 h3 h4 h5 h6 list list-item disp-formula label break".split()  # noqa: SIM905
)

CHARACTERS = {
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st",
    "‐": "-", "‑": "-", "−": "-", "﹣": "-", "⁃": "-", "\u02d7": "-",
    "‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "＂": '"',
    "∼": "~", "˜": "~", "～": "~", "⩽": "≤", "⩾": "≥", "✕": "×", "⨯": "×", "％": "%", "⁺": "+",
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9",
}  # fmt: skip
