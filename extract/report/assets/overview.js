// The overview counts every record of the run, also those that a sample leaves out of the page.

function drawOverview() {
  const view = $("#overview");
  const { overview } = db;
  const different = (count) => (overview.approximate ? `more than ${number(count)}` : number(count));
  const { facts, results: kinds, code_availability: code, top } = overview;
  const all = Object.values(facts).reduce((a, b) => a + b, 0);
  const withCode = code.released + code.promised + code.on_request + code.elided;
  const tile = (figure, label, note) =>
    h("div", { class: "tile" }, h("b", {}, figure), h("span", {}, label), h("small", {}, note));
  const tiles = h(
    "div",
    { class: "tiles" },
    tile(
      number(overview.papers),
      "papers",
      `${number(all)} facts, ${(all / (overview.papers || 1)).toFixed(1)} a paper`,
    ),
    tile(
      number(facts.results),
      "results",
      `in ${percent(overview.papers_with.results, overview.papers)} of the papers`,
    ),
    tile(
      percent(kinds.linked["metric and dataset"] || 0, facts.results),
      "fully placed",
      "results with metric and dataset",
    ),
    tile(percent(withCode, overview.papers), "mention code", `${number(code.released)} released`),
    overview.rejects === null
      ? null
      : tile(
          number(Object.values(overview.rejects).reduce((a, b) => a + b, 0)),
          "rejects",
          "papers that were not converted",
        ),
  );
  const named = (kind, filter) =>
    bars(
      top[kind].map((row) => ({
        label: row.name,
        count: row.count,
        kind: filter,
        hint: row.key === row.name.toLowerCase() ? row.name : `${row.name} (${row.key})`,
        href:
          filter === "task"
            ? address({ view: "papers", q: row.key })
            : address({ view: "results", [filter]: row.name }),
      })),
    );
  const sum = Object.values(overview.confidence).reduce(
    (total, bins) => total.map((n, i) => n + bins[i]),
    new Array(20).fill(0),
  );
  const confidence = h("div", {}, histogram(sum, "Confidence of all facts"));
  const choice = picker(
    "Facts",
    [["", "all kinds"], ...Object.entries(KINDS).map(([k, v]) => [v.list, v.many.toLowerCase()])],
    "",
    (list) =>
      confidence.replaceChildren(
        histogram(list ? overview.confidence[list] : sum, `Confidence of ${list || "all facts"}`),
      ),
  );
  const slots = [
    "metric",
    "dataset",
    "method",
    "baseline",
    "task",
    "split",
    "metric and dataset",
    "metric, dataset and method",
  ];
  const cards = [
    card(
      "Facts by kind",
      null,
      bars(Object.entries(KINDS).map(([kind, { list, many }]) => ({ label: many, count: facts[list], kind }))),
    ),
    card(
      "Code availability",
      "What a paper says about its code, or what its links show.",
      shares(
        Object.entries(CODE).map(([state, label]) => ({ label, count: code[state], tone: state })),
        overview.papers,
      ),
    ),
    card(
      "Top datasets",
      `${different(overview.distinct.datasets)} different, by papers.`,
      named("datasets", "dataset"),
    ),
    card("Top metrics", `${different(overview.distinct.metrics)} different, by papers.`, named("metrics", "metric")),
    card("Top methods", `${different(overview.distinct.methods)} different, by papers.`, named("methods", "method")),
    card("Top tasks", `${different(overview.distinct.tasks)} different, by papers.`, named("tasks", "task")),
    card("Confidence", "The measured precision of the rule behind each fact.", choice, confidence),
    card(
      "What results are linked to",
      "A link that the text does not carry stays empty.",
      bars(
        slots.map((slot) => ({ label: slot, count: kinds.linked[slot] || 0, kind: KINDS[slot] ? slot : null })),
        { total: facts.results },
      ),
    ),
    card(
      "Results by kind",
      "Level, difference, percentage change, multiple.",
      bars(
        Object.entries(kinds.kinds).map(([label, count]) => ({
          label,
          count,
          kind: "result",
          href: address({ view: "results", kind: label }),
        })),
        { total: facts.results },
      ),
    ),
    card(
      "Most reported pairs",
      "Dataset and metric, by results.",
      bars(
        top.boards.map((row) => ({
          label: row.name,
          count: row.count,
          hint: row.name,
          href: address({ view: "boards", board: row.key }),
        })),
      ),
    ),
    card(
      "Links",
      null,
      bars([...Object.entries(overview.link_kinds).map(([label, count]) => ({ label, count, kind: "link" }))]),
    ),
    card(
      "Quantities",
      null,
      bars(
        Object.entries(overview.quantity_kinds).map(([label, count]) => ({
          label: label.replace("_", " "),
          count,
          kind: "quantity",
        })),
      ),
    ),
    card(
      "Rules that fired most",
      "Mentions by rule.",
      bars(
        top.rules.map((row) => ({
          label: row.name,
          count: row.count,
          href: address({ view: "papers", rule: row.name }),
        })),
      ),
    ),
    overview.rejects === null
      ? null
      : card(
          "Rejects by reason",
          "From the rejects.jsonl beside the records.",
          bars(Object.entries(overview.rejects).map(([label, count]) => ({ label, count, kind: "result" }))),
        ),
    Object.keys(overview.warnings).length
      ? card("Warnings", null, bars(Object.entries(overview.warnings).map(([label, count]) => ({ label, count }))))
      : null,
  ];
  const sampled = db.shown < overview.papers;
  view.replaceChildren(
    h(
      "div",
      { class: "page" },
      h("h1", {}, "What this run found"),
      sampled
        ? h(
            "p",
            { class: "notice" },
            `This page carries a sample: ${number(db.shown)} of ${number(overview.papers)} papers. `,
            "The figures below count every paper; the lists, tables and leaderboards show the sample.",
          )
        : null,
      overview.approximate
        ? h("p", { class: "notice" }, "Rare names were left out while counting, to bound memory.")
        : null,
      tiles,
      h("div", { class: "cards" }, cards),
    ),
  );
}
