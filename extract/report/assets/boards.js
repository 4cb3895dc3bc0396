// Leaderboards: the exact absolute results of one dataset and metric, best first where the metric's direction is known.

// The name that most of the rows use.
function usual(rows, slot) {
  const counts = new Map();
  for (const row of rows) counts.set(row[slot], (counts.get(row[slot]) || 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

// The scale of each result of a dataset and metric, and its place there. Other units part a group ("ms" and "s" do not
// rank together); percent, points and no unit are one scale. A bare number of at most 1 beside larger ones may be a
// fraction or not: it counts as a fraction of 100 where higher is better, the group has percentages and nothing in it is
// beyond 100; else such numbers are a scale of their own. The view `leaderboard` of the databases does the same.
function scaled(found, higher) {
  const own = (r) => (r.unit === null || r.unit === "%" || r.unit === "points" ? "score" : r.unit);
  const percents = found.some((r) => r.unit === "%");
  const largest = Math.max(0, ...found.filter((r) => own(r) === "score").map((r) => Math.abs(r.value)));
  const shares = percents && higher && largest <= 100;
  const apart = percents ? !shares : higher && largest > 1;
  return found.map((r) => {
    const small = r.unit === null && Math.abs(r.value) <= 1;
    return { ...r, times: small && shares ? 100 : 1, scale: small && apart ? "fraction" : own(r) };
  });
}

// Best first; what a paper says twice stands once, and equal places share a rank, after which as many are left out.
function ranked(found, higher) {
  const seen = new Set();
  const rows = found
    .map((r) => ({ ...r, score: r.value * r.times }))
    .filter((r) => {
      const claim = JSON.stringify([r.paper.i, r.method, r.score]);
      return !seen.has(claim) && seen.add(claim);
    });
  const sign = higher === false ? 1 : -1;
  rows.sort((a, b) => sign * (a.score - b.score) || a.paper.i - b.paper.i);
  rows.forEach((r, i) => {
    r.rank = i && rows[i - 1].score === r.score ? rows[i - 1].rank : i + 1;
  });
  return rows;
}

let everyBoard = null;
function boards() {
  if (everyBoard) return everyBoard;
  const groups = new Map();
  for (const r of results()) {
    if (r.type !== "absolute" || r.high !== null || r.qualifier || !r.metricKey || !r.datasetKey) continue;
    const key = `${r.datasetKey}\t${r.metricKey}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(r);
  }
  everyBoard = [];
  for (const [key, found] of groups) {
    const higher = found.find((r) => r.higher !== null)?.higher ?? null;
    const scales = new Map();
    for (const r of scaled(found, higher)) {
      if (!scales.has(r.scale)) scales.set(r.scale, []);
      scales.get(r.scale).push(r);
    }
    for (const [scale, every] of scales) {
      const rows = ranked(every, higher);
      if (rows.length < 2) continue;
      everyBoard.push({
        key: scale === "score" ? key : `${key}\t${scale}`,
        dataset: usual(rows, "dataset"),
        metric: usual(rows, "metric"),
        scale,
        rows,
        higher,
        papers: new Set(rows.map((r) => r.paper.i)).size,
        percent: rows.filter((r) => r.unit === "%").length * 2 > rows.length,
      });
    }
  }
  everyBoard.sort((a, b) => b.papers - a.papers || b.rows.length - a.rows.length || (a.key < b.key ? -1 : 1));
  return everyBoard;
}

const boardName = (board) => `${shown(board.dataset)} · ${shown(board.metric)}`;
const scaleName = (board) =>
  board.scale === "score" ? null : board.scale === "fraction" ? "as fractions" : board.scale;

const boardsView = {
  build() {
    this.search = "";
    this.form = h(
      "div",
      { class: "filters" },
      box(
        "Find a leaderboard",
        "",
        (q) => {
          this.search = q.toLowerCase();
          this.filter();
        },
        { placeholder: "dataset or metric" },
      ),
    );
    this.count = h("p", { class: "tally", role: "status" });
    this.scroller = h("div", { class: "scroller" });
    this.pane = h("div", { class: "reading", tabindex: "0", role: "region", "aria-label": "Leaderboard" });
    $("#boards").replaceChildren(h("div", { class: "listing" }, this.form, this.count, this.scroller), this.pane);
    this.list = new VirtualList(this.scroller, { height: () => 64, render: (at) => this.row(at) });
    let width = 0;
    new ResizeObserver(() => {
      if (this.board && this.pane.clientWidth !== width) {
        width = this.pane.clientWidth;
        this.draw();
      }
    }).observe(this.pane);
    this.filter();
  },

  open({ board: key }) {
    if (!this.list) this.build();
    const first = innerWidth >= 760 ? boards()[0] : null;
    this.board = key ? boards().find((b) => b.key === key) || null : first;
    document.body.classList.toggle("reading-one", Boolean(key));
    if (this.board) this.draw();
    else
      this.pane.replaceChildren(
        h(
          "div",
          { class: "blank" },
          h(
            "p",
            {},
            key
              ? "This page holds fewer than two exact absolute results of that pair."
              : boards().length
                ? "Choose a leaderboard."
                : "No dataset and metric has two exact absolute results.",
          ),
        ),
      );
    this.list.refresh();
    const at = this.board ? this.found.indexOf(this.board) : -1;
    if (at >= 0) this.list.reveal(at);
  },

  filter() {
    this.found = boards().filter((b) => !this.search || `${b.dataset} ${b.metric}`.toLowerCase().includes(this.search));
    this.count.textContent = `${number(this.found.length)} leaderboards`;
    this.list.set(this.found.length);
  },

  row(at) {
    const board = this.found[at];
    const own = board === this.board;
    return h(
      "div",
      {
        class: `row-paper${own ? " on" : ""}`,
        role: "listitem",
        "aria-setsize": this.found.length,
        "aria-posinset": at + 1,
      },
      h(
        "a",
        { href: address({ view: "boards", board: board.key }), "aria-current": own ? "true" : null },
        h("span", { class: "name one" }, boardName(board)),
      ),
      h(
        "div",
        { class: "minis" },
        h(
          "span",
          { class: "quiet" },
          `${board.rows.length} results, ${board.papers} ${board.papers === 1 ? "paper" : "papers"}${scaleName(board) ? `, ${scaleName(board)}` : ""}`,
        ),
      ),
    );
  },

  draw() {
    const { board } = this;
    const direction =
      board.higher === null
        ? "The direction of this metric is not known: ordered by value."
        : board.higher
          ? "Higher is better."
          : "Lower is better.";
    const title = `${boardName(board)}${scaleName(board) ? ` (${scaleName(board)})` : ""}`;
    const top = board.rows.slice(0, 20);
    const width = Math.min(860, Math.max(280, this.pane.clientWidth - (innerWidth < 760 ? 32 : 72)));
    const chart = dotPlot(
      top.map((r) => ({
        ...r,
        value: r.score,
        uncertainty: r.uncertainty && r.uncertainty * r.times,
        unit: r.times === 100 ? "%" : r.unit,
        label: r.method || "(not named)",
        proposed: r.paper.methods.some((m) => m.name === r.method && m.extra === "proposed"),
      })),
      {
        width,
        better: board.higher === null ? null : board.higher ? "right" : "left",
        unit: board.percent ? "%" : board.scale,
        label: `${title}, ${direction} Best of ${board.rows.length}: ${valueOf(board.rows[0])}, ${board.rows[0].method || "method not named"}.`,
      },
    );
    const table = h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Ranks" },
      h(
        "table",
        { class: "plain ranks" },
        h("caption", { class: "unseen" }, title),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["#", "Method", "Value", "Given", "Confidence", "Paper"].map((name, i) =>
              h("th", { scope: "col", class: i === 0 || i === 2 ? "num" : "" }, name),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          board.rows
            .slice(0, 200)
            .map((r) =>
              h(
                "tr",
                {},
                h("td", { class: "num quiet" }, board.higher === null ? "" : String(r.rank)),
                h(
                  "td",
                  {},
                  r.method === null
                    ? h("span", { class: "none" }, "not named")
                    : h("span", { class: "name k-method" }, shown(r.method)),
                ),
                h("td", { class: "num" }, h("a", { href: factAddress(r) }, shown(valueOf(r)))),
                h("td", { class: "quiet" }, shown([r.split, ...r.conditions].filter(Boolean).join("; "))),
                h("td", {}, confidenceBar(r.confidence)),
                h("td", { class: "title", dir: "auto" }, shown(folded(r.paper.title)) || r.paper.id),
              ),
            ),
        ),
      ),
    );
    this.pane.replaceChildren(
      h(
        "div",
        { class: "page narrow" },
        h(
          "div",
          { class: "row" },
          h(
            "button",
            {
              type: "button",
              class: "back",
              onclick: () => {
                location.hash = address({ view: "boards" });
              },
            },
            "← All leaderboards",
          ),
        ),
        h("h1", {}, title),
        h(
          "p",
          { class: "note" },
          `${direction} ${board.rows.length} exact absolute results as abstracts state them, not checked for equal settings.`,
          board.rows.length > top.length ? ` The chart shows the first ${top.length}.` : "",
          board.rows.length > 200 ? " The table shows the first 200." : "",
        ),
        h(
          "div",
          { class: "plot" },
          chart,
          h(
            "ul",
            { class: "legend line" },
            [
              ["best", "first"],
              ["proposed", "proposed by its paper"],
              ["used", "compared or not named"],
            ].map(([tone, label]) => h("li", {}, h("i", { class: `dot ${tone}`, "aria-hidden": "true" }), label)),
          ),
        ),
        table,
      ),
    );
  },
};
