// Every result in one table: sorted, searched, filtered, and only the rows in sight drawn.

const COLUMNS = [
  ["value", "Value", (r) => r.value],
  ["type", "Kind", (r) => r.type],
  ["metric", "Metric", (r) => r.metric],
  ["dataset", "Dataset", (r) => r.dataset],
  ["method", "Method", (r) => r.method],
  ["baseline", "Baseline", (r) => r.baseline],
  ["confidence", "Confidence", (r) => r.confidence],
  ["rule", "Rule", (r) => r.rule],
  ["paper", "Paper", (r) => r.paper.title],
];

const resultsView = {
  filters: { q: "", kind: "", metric: "", dataset: "", method: "", rule: "", below: "", sort: "", down: "" },
  found: [],

  build() {
    this.form = h("div", { class: "filters wide", role: "search", "aria-label": "Results" });
    this.count = h("p", { class: "tally", role: "status" });
    this.head = h("div", { class: "tr th", role: "row", "aria-rowindex": "1" });
    this.scroller = h("div", { class: "scroller" });
    this.table = h(
      "div",
      { class: "table", role: "table", "aria-label": "Results" },
      h("div", { role: "rowgroup" }, this.head),
      this.scroller,
    );
    $("#results").replaceChildren(this.form, this.count, this.table);
    this.list = new VirtualList(this.scroller, {
      height: () => (innerWidth < 760 ? 112 : 46),
      render: (at) => this.row(at),
      role: "rowgroup",
    });
    this.built = true;
  },

  open({ view, ...filters }) {
    if (!this.built) this.build();
    for (const name of Object.keys(this.filters)) this.filters[name] = filters[name] || "";
    this.drawForm();
    this.filter();
    this.opened = true;
  },

  change(values) {
    Object.assign(this.filters, values);
    history.replaceState(null, "", address({ view: "results", ...this.filters }));
    this.filter();
  },

  drawForm() {
    const { filters } = this;
    const set = (name) => (value) => this.change({ [name]: value });
    const names = (key) =>
      [
        ...new Set(
          results()
            .map((r) => r[key])
            .filter(Boolean),
        ),
      ].sort();
    const list = (key) =>
      h(
        "datalist",
        { id: `names-${key}` },
        names(key)
          .slice(0, 3000)
          .map((name) => h("option", { value: name })),
      );
    const kinds = ["absolute", "delta", "relative", "ratio"];
    this.form.replaceChildren(
      box("Search", filters.q, set("q"), { placeholder: "any word of a result or title" }),
      picker("Kind", [["", "any"], ...kinds.map((k) => [k, k])], filters.kind, set("kind")),
      box("Dataset", filters.dataset, set("dataset"), { list: "names-dataset" }),
      box("Metric", filters.metric, set("metric"), { list: "names-metric" }),
      box("Method", filters.method, set("method"), { list: "names-method" }),
      confidencePicker(filters.below, set("below")),
      picker("Rule", [["", "any"], ...names("rule").map((rule) => [rule, rule])], filters.rule, set("rule")),
      h(
        "button",
        {
          type: "button",
          class: "clear",
          onclick: () => {
            location.hash = address({ view: "results" });
          },
        },
        "Clear",
      ),
      list("dataset"),
      list("metric"),
      list("method"),
    );
  },

  drawHead() {
    const { sort, down } = this.filters;
    this.head.replaceChildren(
      ...COLUMNS.map(([key, label]) => {
        const own = sort === key;
        return h(
          "div",
          {
            class: `td c-${key}`,
            role: "columnheader",
            "aria-sort": own ? (down ? "descending" : "ascending") : "none",
          },
          h(
            "button",
            {
              type: "button",
              onclick: () => {
                this.change({ sort: own && down ? "" : key, down: own && !down ? "1" : "" });
                this.head.querySelector(`.c-${key} button`).focus();
              },
            },
            label,
            h("span", { "aria-hidden": "true", class: "arrow" }, own ? (down ? "↓" : "↑") : ""),
          ),
        );
      }),
    );
  },

  filter() {
    const { q, kind, metric, dataset, method, rule, below, sort, down } = this.filters;
    const words = searchWords(q);
    const limit = below ? Number(below) : 0;
    // A name in the list is meant as it stands, with every spelling of the same canonical id; anything else is part of a name.
    const test = (key, wanted) => {
      if (!wanted) return () => true;
      const small = wanted.toLowerCase();
      const same = new Set(
        results()
          .filter((r) => r[key]?.toLowerCase() === small)
          .map((r) => r[`${key}Key`])
          .filter(Boolean),
      );
      return same.size ? (r) => same.has(r[`${key}Key`]) : (r) => Boolean(r[key]?.toLowerCase().includes(small));
    };
    const [onMetric, onDataset] = [test("metric", metric), test("dataset", dataset)];
    const named = method.toLowerCase();
    this.found = results().filter(
      (r) =>
        (!kind || r.type === kind) &&
        (!rule || r.rule === rule) &&
        (!limit || r.confidence < limit) &&
        onMetric(r) &&
        onDataset(r) &&
        (!named || Boolean(r.method?.toLowerCase().includes(named))) &&
        words.every((word) => this.text(r).includes(word)),
    );
    const column = COLUMNS.find(([key]) => key === sort);
    if (column) {
      const sign = down ? -1 : 1;
      const keyed = this.found.map((r, i) => [column[2](r), i, r]);
      const compare = new Intl.Collator("en", { sensitivity: "base", numeric: true }).compare;
      keyed.sort(([a, i], [b, k]) => {
        if (a === b) return i - k;
        if (a === null || b === null) return a === null ? 1 : -1; // empty cells last, either way
        return sign * (typeof a === "number" ? a - b : compare(a, b)) || i - k;
      });
      this.found = keyed.map(([, , r]) => r);
    }
    this.count.textContent = `${number(this.found.length)} of ${number(results().length)} results`;
    this.table.setAttribute("aria-rowcount", this.found.length + 1);
    this.drawHead();
    this.list.set(this.found.length);
  },

  text(r) {
    r.search ??= [r.surface, r.metric, r.dataset, r.method, r.baseline, r.task, r.rule, r.paper.title, r.paper.id]
      .join("\n")
      .toLowerCase();
    return r.search;
  },

  row(at) {
    const r = this.found[at];
    const cell = (key, ...content) => h("div", { class: `td c-${key}`, role: "cell" }, content);
    const name = (key, kind) =>
      cell(
        key,
        r[key] === null
          ? h("span", { class: "none" }, "–")
          : h("span", { class: `name k-${kind}`, title: shown(r[key]) }, shown(r[key])),
      );
    return h(
      "div",
      { class: "tr", role: "row", "aria-rowindex": at + 2 },
      cell(
        "value",
        h(
          "a",
          { href: factAddress(r), title: shown(folded(r.surface)) },
          `${r.qualifier ? `${r.qualifier} ` : ""}${shown(valueOf(r))}`,
        ),
      ),
      cell("type", h("span", { class: "type" }, r.type)),
      name("metric", "metric"),
      name("dataset", "dataset"),
      name("method", "method"),
      name("baseline", "method"),
      cell("confidence", confidenceBar(r.confidence)),
      cell("rule", h("code", { title: shown(r.rule) }, shown(r.rule))),
      cell(
        "paper",
        h(
          "span",
          { class: "title", title: shown(folded(r.paper.title)), dir: "auto" },
          shown(folded(r.paper.title)) || r.paper.id,
        ),
      ),
    );
  },
};
