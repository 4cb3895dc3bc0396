// The list of papers with its search and filters, beside the reader.

const papersView = {
  filters: { q: "", has: "", code: "", rule: "", below: "", sort: "" },
  found: [],

  build() {
    const view = $("#papers");
    this.count = h("p", { class: "tally", role: "status" });
    this.form = h("div", { class: "filters", role: "search", "aria-label": "Papers" });
    this.scroller = h("div", { class: "scroller" });
    this.pane = h("div", { class: "reading", tabindex: "-1" });
    view.replaceChildren(h("div", { class: "listing" }, this.form, this.count, this.scroller), this.pane);
    this.list = new VirtualList(this.scroller, { height: () => 96, render: (at) => this.row(at) });
    this.reader = new Reader(this.pane, {
      onchoose: (found, key) => history.replaceState(null, "", address({ paper: found.id, fact: key })),
      onstep: (step) => {
        const at = this.found.indexOf(this.reader.found.i);
        const next = this.found[at < 0 ? 0 : Math.max(0, Math.min(this.found.length - 1, at + step))];
        if (next !== undefined) location.hash = address({ paper: db.rows[next][0] });
        this.pane.querySelector(step > 0 ? "#next-paper" : "[title='Previous paper']")?.focus();
      },
      onback: () => {
        location.hash = address({ view: "papers", ...this.filters });
      },
    });
    this.built = true;
  },

  drawForm() {
    const set = (name) => (value) => {
      this.filters[name] = value;
      history.replaceState(null, "", address({ view: "papers", ...this.filters }));
      this.filter();
    };
    const { filters } = this;
    const more = h(
      "details",
      { open: Boolean(filters.has || filters.code || filters.rule || filters.below || filters.sort) },
      h("summary", {}, "Filters and order"),
      h(
        "div",
        { class: "grid2" },
        picker(
          "With",
          [["", "anything"], ...Object.entries(KINDS).map(([kind, { many }]) => [kind, many.toLowerCase()])],
          filters.has,
          set("has"),
        ),
        picker("Code", [["", "any"], ...Object.entries(CODE)], filters.code, set("code")),
        picker(
          "Rule",
          [
            ["", "any"],
            ...db.rules
              .map((r) => r.id)
              .sort()
              .map((id) => [id, id]),
          ],
          filters.rule,
          set("rule"),
        ),
        confidencePicker(filters.below, set("below")),
        picker(
          "Order",
          [
            ["", "as in the dump"],
            ["results", "most results"],
            ["facts", "most facts"],
            ["confidence", "least certain first"],
            ["title", "title"],
          ],
          filters.sort,
          set("sort"),
        ),
      ),
    );
    this.form.replaceChildren(
      box("Search papers", filters.q, set("q"), { placeholder: "title, abstract, id, name" }),
      more,
    );
  },

  open({ paper: id, fact, view, ...filters }) {
    if (!this.built) this.build();
    if (!id || !this.found.length) {
      for (const name of Object.keys(this.filters)) this.filters[name] = filters[name] || "";
      this.drawForm();
      this.filter();
    }
    const i = id === undefined ? undefined : db.byId.get(id);
    document.body.classList.toggle("reading-one", i !== undefined);
    if (i !== undefined) {
      this.reader.show(i, fact);
      document.title = `${shown(folded(this.reader.found.title)) || id} · paperfacts`;
      const at = this.found.indexOf(i);
      if (at >= 0) this.list.reveal(at);
    } else if (id !== undefined) {
      this.pane.replaceChildren(
        h("div", { class: "blank" }, h("p", {}, `The paper ${shown(id)} is not in this page.`)),
      );
      this.reader.found = null;
    } else if (!this.reader.found) {
      this.pane.replaceChildren(h("div", { class: "blank" }, h("p", {}, "Choose a paper to read it with its facts.")));
    }
    this.markRow();
  },

  filter() {
    const { q, has, code, rule, below, sort } = this.filters;
    const wanted = searchWords(q);
    const columns = db.columns.paper;
    const list = has ? columns.indexOf(KINDS[has].list) : -1;
    const at = columns.indexOf("code");
    const limit = below ? Number(below) : 0;
    this.found = [];
    for (let i = 0; i < db.rows.length; i++) {
      const row = db.rows[i];
      if (list >= 0 && !row[list].length) continue;
      if (code && row[at] !== code) continue;
      if (
        rule &&
        !paper(i).facts.some((fact) => ruleOf(fact) === rule || fact.mentions.some((m) => db.rules[m[3]].id === rule))
      )
        continue;
      if (limit && !paper(i).facts.some((fact) => fact.confidence < limit)) continue;
      if (wanted.length) {
        const hay = haystack(i);
        if (!wanted.every((word) => hay.includes(word))) continue;
      }
      this.found.push(i);
    }
    const lowest = (i) => paper(i).facts.reduce((low, fact) => Math.min(low, fact.confidence), 2);
    const orders = {
      results: (i) => -paper(i).results.length,
      facts: (i) => -paper(i).facts.length,
      confidence: lowest,
    };
    if (orders[sort]) {
      const keys = new Map(this.found.map((i) => [i, orders[sort](i)]));
      this.found.sort((a, b) => keys.get(a) - keys.get(b) || a - b);
    } else if (sort === "title") {
      this.found.sort((a, b) => db.rows[a][2].localeCompare(db.rows[b][2]) || a - b);
    }
    this.count.textContent = `${number(this.found.length)} of ${number(db.rows.length)} papers`;
    this.list.set(this.found.length);
  },

  row(at) {
    const i = this.found[at];
    const found = paper(i);
    const counts = Object.entries(KINDS)
      .filter(([, { list }]) => found[list].length)
      .map(([kind, { list, many, one }]) =>
        h(
          "span",
          { class: `mini k-${kind}`, title: many },
          String(found[list].length),
          h("span", { class: "unseen" }, ` ${found[list].length === 1 ? one : many}`.toLowerCase()),
        ),
      );
    return h(
      "div",
      {
        class: `row-paper${this.reader.found?.i === i ? " on" : ""}`,
        role: "listitem",
        "data-i": i,
        "aria-setsize": this.found.length,
        "aria-posinset": at + 1,
      },
      h(
        "a",
        { href: address({ paper: found.id }), "aria-current": this.reader.found?.i === i ? "true" : null },
        h("span", { class: "name", dir: "auto" }, shown(folded(found.title)) || found.id),
      ),
      h(
        "div",
        { class: "minis" },
        counts.length ? counts : h("span", { class: "quiet" }, "no facts"),
        judged.has(found.id)
          ? h("span", { class: "seen", title: "judged" }, sign("right"), h("span", { class: "unseen" }, "judged"))
          : null,
        h("span", { class: "quiet id" }, shown(found.id)),
      ),
    );
  },

  markRow() {
    for (const row of this.list.rows.values()) {
      const own = this.reader.found?.i === Number(row.dataset.i);
      row.classList.toggle("on", own);
      if (own) row.firstChild.setAttribute("aria-current", "true");
      else row.firstChild.removeAttribute("aria-current");
    }
  },
};

const hay = [];
function haystack(i) {
  if (hay[i] === undefined) {
    const found = paper(i);
    hay[i] = [
      found.id,
      found.title,
      found.abstract,
      ...found.facts.map((fact) => `${fact.label} ${fact.canonical || ""}`),
    ]
      .join("\n")
      .toLowerCase();
  }
  return hay[i];
}
