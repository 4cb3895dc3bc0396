// The text of a paper with its facts marked, and what a mark says of itself.

const tip = {
  show(mark, fact) {
    const box = $("#tip");
    const rule = fact.mentions.length ? db.rules[mark.rule ?? fact.mentions[0][3]] : { id: ruleOf(fact) };
    box.replaceChildren(...tipLines(fact, rule));
    box.className = `tip k-${fact.kind}`;
    box.hidden = false;
    const place = mark.element.getClientRects()[0];
    const { offsetWidth: width, offsetHeight: height } = box;
    const left = Math.max(8, Math.min(place.left, innerWidth - width - 8));
    const below = place.bottom + 8 + height < innerHeight;
    box.style.left = `${left}px`;
    box.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - height - 8)}px`;
    mark.element.setAttribute("aria-describedby", "tip");
  },
  hide() {
    $("#tip").hidden = true;
  },
};

function tipLines(fact, rule) {
  const line = (name, value) => (value ? h("div", {}, h("dt", {}, name), h("dd", {}, shown(value))) : null);
  const about =
    fact.kind === "result"
      ? SLOTS.map((slot) => line(slot, fact[slot]))
      : [
          line("canonical", fact.canonical),
          line("role", fact.kind === "method" ? fact.extra : null),
          line("status", fact.status),
          line("also", fact.aliases && fact.aliases.join(", ")),
        ];
  return [
    h("p", { class: "kind" }, `${KINDS[fact.kind].one}${fact.type ? ` · ${fact.type.replace("_", " ")}` : ""}`),
    h(
      "p",
      { class: "what" },
      shown(
        fact.kind === "result" || fact.kind === "quantity"
          ? `${fact.qualifier ? `${fact.qualifier} ` : ""}${valueOf(fact)}`
          : fact.label,
      ),
    ),
    h("dl", {}, about, line("rule", rule.id), line("confidence", fact.confidence.toFixed(2))),
  ];
}

// The text of a field in pieces: every border of a mark is a cut, and the shortest mark that covers a piece owns it.
function markedText(found, at, choose) {
  // A line that the dump wrapped reads on; an empty line parts paragraphs. Both keep the offsets.
  const text = (found[FIELDS[at]] || "").replace(/(?<!\n[ \t]*)\r?\n(?![ \t]*\r?\n)/g, (end) => " ".repeat(end.length));
  const marks = [];
  for (const fact of found.facts) {
    for (const [where, start, end, rule] of fact.mentions)
      if (where === at && end > start) marks.push({ fact, start, end, rule });
  }
  marks.sort((a, b) => a.start - b.start || b.end - a.end);
  const cuts = [...new Set([0, text.length, ...marks.flatMap((m) => [m.start, m.end])])].sort((a, b) => a - b);
  const nodes = [];
  const open = [];
  let next = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    while (next < marks.length && marks[next].start <= from) open.push(marks[next++]);
    for (let k = open.length - 1; k >= 0; k--) if (open[k].end <= from) open.splice(k, 1);
    const piece = shown(text.slice(from, to));
    if (!open.length) {
      nodes.push(document.createTextNode(piece));
      continue;
    }
    const owner = open.reduce((best, m) => (m.end - m.start < best.end - best.start ? m : best));
    const first = owner.start === from || !owner.drawn;
    owner.drawn = true;
    const element = h(
      "mark",
      {
        class: `k-${owner.fact.kind}${first ? " first" : ""}${owner.end === to ? " last" : ""}`,
        "data-key": owner.fact.key,
        tabindex: first ? "0" : null,
        role: first ? "button" : null,
        "aria-pressed": first ? "false" : null,
        "aria-label": first
          ? `${shown(text.slice(owner.start, owner.end))}, ${KINDS[owner.fact.kind].one.toLowerCase()}`
          : null,
      },
      piece,
    );
    const mark = { element, rule: owner.rule };
    element.addEventListener("mouseenter", () => tip.show(mark, owner.fact));
    element.addEventListener("mouseleave", tip.hide);
    element.addEventListener("focus", () => {
      if (element.matches(":focus-visible")) tip.show(mark, owner.fact);
    });
    element.addEventListener("blur", tip.hide);
    element.addEventListener("click", () => choose(owner.fact.key));
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(owner.fact.key);
    });
    element.start = owner.start;
    element.field = at;
    nodes.push(element);
  }
  return nodes;
}
