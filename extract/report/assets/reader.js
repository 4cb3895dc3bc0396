// One paper: its text, the wires of a chosen result, the facts with their judgements.

class Reader {
  constructor(pane, { onchoose, onback, onstep }) {
    Object.assign(this, { pane, onchoose, onback, onstep, hidden: new Set(), picked: "" });
    new ResizeObserver(() => this.wire()).observe(pane);
    document.addEventListener("selectionchange", () => this.pick());
  }

  show(i, key) {
    const changed = this.found?.i !== i;
    this.found = paper(i);
    if (changed) {
      this.picked = "";
      this.draw(); // new elements: scrolled to the top
      this.pane.scrollTop = 0;
    }
    this.choose(key || null, { quiet: true, reveal: true });
  }

  draw() {
    const { found } = this;
    const choose = (key) => this.choose(this.key === key ? null : key);
    const meta = [
      found.id,
      found.published,
      found.categories.slice(0, 3).join(", "),
      `code: ${CODE[found.code]}`,
    ].filter(Boolean);
    const source = safeUrl(found.url || "");
    this.text = h(
      "div",
      { class: "text" },
      svg("svg", { class: "wires", "aria-hidden": "true" }),
      h("h1", { class: "title", dir: "auto" }, found.title ? markedText(found, 0, choose) : h("i", {}, "No title")),
      h(
        "p",
        { class: "meta" },
        meta.map((part) => h("span", {}, shown(part))),
        source ? h("a", { href: source, rel: "noopener noreferrer", target: "_blank" }, "source") : null,
        found.warnings.map((code) => h("span", { class: "warn" }, shown(code))),
      ),
      h(
        "p",
        { class: "abstract", dir: "auto" },
        found.abstract ? markedText(found, 1, choose) : h("i", {}, "No abstract"),
      ),
      found.comment
        ? h("p", { class: "comment", dir: "auto" }, h("b", {}, "Comment "), markedText(found, 2, choose))
        : null,
    );
    const legend = h(
      "div",
      { class: "chips", role: "group", "aria-label": "Marked kinds" },
      Object.entries(KINDS)
        .filter(([, { list }]) => found[list].length)
        .map(([kind, { many, list }]) => {
          const chip = h(
            "button",
            {
              type: "button",
              class: `chip k-${kind}`,
              "aria-pressed": String(!this.hidden.has(kind)),
              onclick: () => {
                if (!this.hidden.delete(kind)) this.hidden.add(kind);
                chip.setAttribute("aria-pressed", String(!this.hidden.has(kind)));
                this.text.classList.toggle(`no-${kind}`, this.hidden.has(kind));
              },
            },
            many,
            h("b", {}, found[list].length),
          );
          this.text.classList.toggle(`no-${kind}`, this.hidden.has(kind));
          return chip;
        }),
    );
    const neighbours = h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "back", onclick: this.onback }, "← All papers"),
      h(
        "button",
        {
          type: "button",
          class: "icon",
          "aria-label": "Previous paper of the list",
          title: "Previous paper",
          onclick: () => this.onstep(-1),
        },
        sign("back"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon",
          id: "next-paper",
          "aria-label": "Next paper of the list",
          title: "Next paper",
          onclick: () => this.onstep(1),
        },
        sign("next"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon",
          "aria-label": "Copy the address of this paper",
          title: "Copy the address",
          onclick: () => this.copy(),
        },
        sign("copy"),
      ),
    );
    this.facts = h("aside", { class: "facts", "aria-label": "Facts of this paper", tabindex: "0" });
    this.drawFacts();
    this.pane.replaceChildren(
      h(
        "div",
        { class: "paper" },
        h("article", { "aria-label": "Text", tabindex: "0" }, neighbours, legend, this.text),
        this.facts,
      ),
    );
  }

  copy() {
    const link = location.href;
    (navigator.clipboard ? navigator.clipboard.writeText(link) : Promise.reject()).then(
      () => say("Address copied"),
      () => say(link),
    );
  }

  drawFacts() {
    const { found } = this;
    const entry = judged.get(found.id);
    const redraw = () => {
      this.drawFacts();
      this.choose(this.key, { quiet: true });
    };
    const groups = Object.entries(KINDS)
      .filter(([, { list }]) => found[list].length || entry?.added.some((a) => KINDS[a.list].list === list))
      .map(([kind, { many, list }]) =>
        h(
          "section",
          {},
          h("h2", { class: `k-${kind}` }, many, h("small", {}, found[list].length)),
          h(
            "ul",
            {},
            found[list].map((fact) => this.factItem(fact, redraw)),
            (entry?.added || []).map((added, at) =>
              added.list === kind ? this.addedItem(entry, added, at, redraw) : null,
            ),
          ),
        ),
      );
    const missing = h(
      "select",
      { "aria-label": "Kind of the missing fact", id: "missing-kind" },
      Object.entries(KINDS).map(([kind, { one }]) => h("option", { value: kind }, one)),
    );
    const add = h(
      "button",
      { type: "button", id: "add-fact", onclick: () => addFact(found, missing.value, this.picked, redraw) },
      "Add a missing fact",
    );
    const done = h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        checked: Boolean(entry?.complete),
        onchange: (event) => {
          entryOf(found.id).complete = event.target.checked;
          keepJudgements();
          this.drawFacts();
        },
      }),
      "This paper is complete: all else is right",
    );
    this.facts.replaceChildren(
      found.facts.length
        ? h("div", { class: "groups" }, groups)
        : h("div", { class: "groups" }, h("p", { class: "empty" }, "No fact was found in this paper."), groups),
      h(
        "div",
        { class: "judging" },
        h("h2", {}, "Review"),
        h("p", { class: "hint" }, "Select words in the text, then add what is missing."),
        h("div", { class: "row" }, missing, add),
        done,
      ),
    );
  }

  // The words selected last in the text: a click on a button must not lose them.
  pick() {
    const selection = getSelection();
    if (!this.text?.contains(selection.anchorNode)) return;
    this.picked = folded(String(selection));
  }

  verdicts(fact, redraw) {
    const verdict = verdictOf(fact);
    const button = (what, label) =>
      h(
        "button",
        {
          type: "button",
          class: `verdict ${what}`,
          "aria-pressed": String(verdict === what),
          title: label,
          "aria-label": `${label}: ${shown(fact.label)}`,
          onclick: () => {
            judge(fact, what);
            redraw();
            this.facts.querySelector(`[data-key="${fact.key}"] .${what}`)?.focus();
          },
        },
        sign(what),
      );
    return h(
      "span",
      { class: "verdicts" },
      button("right", "Right"),
      button("wrong", "Wrong"),
      h(
        "button",
        {
          type: "button",
          class: "verdict edit",
          title: "Correct",
          "aria-label": `Correct: ${shown(fact.label)}`,
          onclick: () => correctFact(fact, redraw),
        },
        sign("edit"),
      ),
    );
  }

  factItem(fact, redraw) {
    const rule = ruleOf(fact);
    const head = h(
      "button",
      {
        type: "button",
        class: "pick",
        "aria-pressed": "false",
        onclick: () => this.choose(this.key === fact.key ? null : fact.key),
      },
      fact.kind === "result" || fact.kind === "quantity"
        ? [
            h("b", {}, `${fact.qualifier ? `${fact.qualifier} ` : ""}${shown(valueOf(fact))}`),
            h("small", {}, `${fact.type.replace("_", " ")}${fact.direction ? `, ${fact.direction}` : ""}`),
          ]
        : [h("b", {}, shown(fact.label)), fact.extra && fact.kind === "method" ? h("small", {}, fact.extra) : null],
    );
    const slots =
      fact.kind === "result"
        ? h(
            "dl",
            { class: "slots" },
            [...SLOTS, "split"].map((slot) =>
              fact[slot] === null
                ? null
                : h(
                    "div",
                    { class: KINDS[slot] ? `k-${slot}` : slot === "baseline" ? "k-method" : "" },
                    h("dt", {}, slot),
                    h("dd", {}, shown(fact[slot])),
                  ),
            ),
            fact.conditions.length
              ? h("div", {}, h("dt", {}, "given"), h("dd", {}, shown(fact.conditions.join("; "))))
              : null,
          )
        : null;
    const url = fact.kind === "link" ? safeUrl(fact.url) : null;
    const detail = h(
      "p",
      { class: "detail" },
      fact.canonical ? h("span", {}, h("code", {}, shown(fact.canonical))) : null,
      fact.kind === "link" ? h("span", {}, `${fact.type}, ${fact.status.replace("_", " ")}`) : null,
      fact.kind === "metric" && fact.extra !== null
        ? h("span", {}, fact.extra ? "higher is better" : "lower is better")
        : null,
      fact.aliases?.length ? h("span", {}, `also ${shown(fact.aliases.join(", "))}`) : null,
      url ? h("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, "open") : null,
      h(
        "button",
        { type: "button", class: "rule", title: "What this rule is", onclick: () => explainRule(rule) },
        shown(rule),
      ),
      confidenceBar(fact.confidence),
    );
    const verdict = verdictOf(fact);
    return h(
      "li",
      { class: `fact k-${fact.kind}${verdict ? ` is-${verdict}` : ""}`, "data-key": fact.key },
      h("div", { class: "head" }, head, this.verdicts(fact, redraw)),
      slots,
      detail,
    );
  }

  addedItem(entry, added, at, redraw) {
    const { fact } = added;
    return h(
      "li",
      { class: `fact added k-${added.list}` },
      h(
        "div",
        { class: "head" },
        h("span", { class: "pick" }, h("b", {}, shown(fact.name || fact.url || fact.surface)), h("small", {}, "added")),
        h(
          "button",
          {
            type: "button",
            class: "verdict",
            "aria-label": "Remove this added fact",
            title: "Remove",
            onclick: () => {
              entry.added.splice(at, 1);
              keepJudgements();
              redraw();
            },
          },
          sign("minus"),
        ),
      ),
    );
  }

  // Choosing a fact lights its words; a result also lights and wires what it is of.
  choose(key, { quiet = false, reveal = false } = {}) {
    this.key = this.found.byKey.has(key) ? key : null;
    const fact = this.key && this.found.byKey.get(this.key);
    const roles = new Map();
    if (fact?.kind === "result") {
      for (const [slot, entity] of Object.entries(linked(fact)))
        if (entity) roles.set(entity.key, roles.has(entity.key) ? `${roles.get(entity.key)}, ${slot}` : slot);
    }
    this.text.classList.toggle("chosen", Boolean(fact));
    this.near = fact ? this.nearest(fact, roles) : new Map();
    const near = new Set(this.near.values());
    for (const mark of this.text.querySelectorAll("mark")) {
      const own = mark.dataset.key === this.key;
      mark.classList.toggle("on", own);
      mark.classList.toggle("linked", roles.has(mark.dataset.key));
      if (near.has(mark)) mark.dataset.role = roles.get(mark.dataset.key);
      else delete mark.dataset.role;
      if (mark.hasAttribute("role")) mark.setAttribute("aria-pressed", String(own));
    }
    for (const item of this.facts.querySelectorAll("li.fact")) {
      const own = item.dataset.key === this.key && Boolean(this.key);
      item.classList.toggle("on", own);
      item.querySelector("button.pick")?.setAttribute("aria-pressed", String(own));
      if (own && (reveal || !quiet) && innerWidth >= 1180) item.scrollIntoView({ block: "nearest" });
    }
    this.wire();
    if (reveal && fact) this.text.querySelector("mark.on")?.scrollIntoView({ block: "center" });
    if (!quiet) this.onchoose(this.found, this.key);
  }

  // For each linked entity the mention nearest to the number, in the same field if it has one there.
  nearest(fact, roles) {
    const start = this.text.querySelector(`mark[data-key="${fact.key}"]`);
    const found = new Map();
    if (!start) return found;
    const far = (mark) => Math.abs(mark.start - start.start) + (mark.field === start.field ? 0 : 1e6);
    for (const key of roles.keys()) {
      const marks = [...this.text.querySelectorAll(`mark.first[data-key="${key}"]`)];
      if (marks.length)
        found.set(
          key,
          marks.reduce((best, mark) => (far(mark) < far(best) ? mark : best)),
        );
    }
    return found;
  }

  wire() {
    if (!this.text) return;
    const layer = this.text.querySelector(".wires");
    layer.replaceChildren();
    if (!this.key || !this.near?.size) return;
    const frame = this.text.getBoundingClientRect();
    const middle = (mark) => {
      const place = mark.getClientRects()[0];
      return place && [place.left + place.width / 2 - frame.left, place.top - frame.top + 2];
    };
    const from = middle(this.text.querySelector(`mark[data-key="${this.key}"]`));
    if (!from) return;
    for (const [key, mark] of this.near) {
      const to = middle(mark);
      if (!to) continue;
      const rise = Math.min(34, 10 + Math.abs(to[0] - from[0]) * 0.08 + Math.abs(to[1] - from[1]) * 0.2);
      layer.append(
        svg("path", {
          class: `k-${this.found.byKey.get(key).kind}`,
          d: `M${from[0]} ${from[1]} C${from[0]} ${from[1] - rise} ${to[0]} ${to[1] - rise} ${to[0]} ${to[1]}`,
        }),
        svg("circle", { class: `k-${this.found.byKey.get(key).kind}`, cx: to[0], cy: to[1], r: 3 }),
      );
    }
  }
}
