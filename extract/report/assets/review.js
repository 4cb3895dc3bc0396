// Judgements: kept in memory, and in the browser's storage where the browser allows it for this file.

const STORE = `paperfacts.review.${document.documentElement.dataset.digest}`;
const judged = new Map(); // paper id -> { verdicts: {key: "right" | "wrong"}, added: [...], complete: bool }
let stored = true;

function readJudgements() {
  try {
    for (const [id, entry] of Object.entries(JSON.parse(localStorage.getItem(STORE) || "{}"))) {
      if (db.byId.has(id)) judged.set(id, { verdicts: {}, added: [], complete: false, ...entry });
    }
  } catch {
    stored = false;
  }
}

function keepJudgements() {
  for (const [id, entry] of judged) {
    if (!entry.complete && !entry.added.length && !Object.keys(entry.verdicts).length) judged.delete(id);
  }
  try {
    localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(judged)));
  } catch {
    stored = false;
  }
  const badge = $("#judged");
  badge.hidden = !judged.size;
  badge.textContent = judged.size ? number(judged.size) : "";
  badge.setAttribute("aria-label", `${judged.size} papers judged`);
}

function entryOf(id) {
  if (!judged.has(id)) judged.set(id, { verdicts: {}, added: [], complete: false });
  return judged.get(id);
}
const verdictOf = (fact) => judged.get(fact.paper.id)?.verdicts[fact.key] || null;

function judge(fact, verdict) {
  const { verdicts } = entryOf(fact.paper.id);
  if (verdict === null || verdicts[fact.key] === verdict) delete verdicts[fact.key];
  else verdicts[fact.key] = verdict;
  keepJudgements();
  say(`${KINDS[fact.kind].one} ${cut(fact.label, 60)}: ${verdicts[fact.key] || "not judged"}`);
}

const codePoints = (text, units) => Array.from(text.slice(0, units)).length;

// A fact in the gold format. Facts nobody judged are optional there: they count neither for nor against.
function gold(fact, optional) {
  switch (fact.kind) {
    case "method":
      return { name: fact.name, role: fact.extra, aliases: fact.aliases, optional };
    case "dataset":
    case "metric":
    case "task":
      return { name: fact.name, aliases: fact.aliases, optional };
    case "link":
      return { url: fact.url, kind: fact.type, status: fact.status, optional };
    case "quantity":
      return {
        surface: fact.surface,
        value: fact.value,
        value_high: fact.high,
        unit: fact.unit,
        kind: fact.type,
        optional,
      };
    default:
      return {
        surface: fact.surface,
        value: fact.value,
        value_high: fact.high,
        unit: fact.unit,
        kind: fact.type,
        qualifier: fact.qualifier,
        metric: fact.metric,
        dataset: fact.dataset,
        method: fact.method,
        baseline: fact.baseline,
        task: fact.task,
        optional,
      };
  }
}

function goldPaper(i) {
  const found = paper(i);
  const entry = judged.get(found.id);
  const line = { n: found.n, id: found.id, title: found.title, judged: true, complete: entry.complete };
  for (const { list } of Object.values(KINDS)) line[list] = [];
  line.judgements = [];
  for (const fact of found.facts) {
    const verdict = entry.verdicts[fact.key] || null;
    const { list } = KINDS[fact.kind];
    if (verdict !== "wrong") line[list].push(gold(fact, verdict === null && !entry.complete));
    if (verdict === null) continue;
    const [at, start, end] = fact.mentions[0] || [null, 0, 0];
    const text = at === null ? "" : found[FIELDS[at]];
    line.judgements.push({
      kind: fact.kind,
      verdict,
      text: fact.label,
      rule: ruleOf(fact),
      confidence: fact.confidence,
      field: at === null ? null : FIELDS[at],
      start_char: at === null ? null : codePoints(text, start),
      end_char: at === null ? null : codePoints(text, end),
    });
  }
  for (const { list, fact } of entry.added) {
    line[KINDS[list].list].push(fact);
    line.judgements.push({
      kind: list,
      verdict: "missing",
      text: fact.name || fact.url || fact.surface,
      rule: null,
      confidence: null,
      field: null,
      start_char: null,
      end_char: null,
    });
  }
  return line;
}

function exportJudgements() {
  const lines = db.rows.map((row, i) => (judged.has(row[0]) ? JSON.stringify(goldPaper(i)) : null)).filter(Boolean);
  return lines.map((line) => `${line}\n`).join("");
}

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function precisionTable(title, groups) {
  const rows = [...groups].sort((a, b) => b[1].right + b[1].wrong - a[1].right - a[1].wrong || (a[0] < b[0] ? -1 : 1));
  return card(
    title,
    null,
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
      h(
        "table",
        { class: "plain" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["", "Right", "Wrong", "Missing", "Precision"].map((name, i) =>
              h("th", { scope: "col", class: i ? "num" : "" }, name || h("span", { class: "unseen" }, title)),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map(([name, { right, wrong, missing }]) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, shown(name)),
              [right, wrong, missing].map((n) => h("td", { class: "num" }, number(n))),
              h("td", { class: "num" }, percent(right, right + wrong)),
            ),
          ),
        ),
      ),
    ),
  );
}

function drawReview() {
  const kinds = new Map(),
    rules = new Map();
  const count = (map, name, what) => {
    if (!map.has(name)) map.set(name, { right: 0, wrong: 0, missing: 0 });
    map.get(name)[what] += 1;
  };
  for (const [id, entry] of judged) {
    const found = paper(db.byId.get(id));
    for (const fact of found.facts) {
      const verdict = entry.verdicts[fact.key] || (entry.complete ? "right" : null);
      if (!verdict) continue;
      count(kinds, KINDS[fact.kind].many, verdict);
      count(rules, ruleOf(fact), verdict);
    }
    for (const added of entry.added) count(kinds, KINDS[added.list].many, "missing");
  }
  const papers = [...judged].map(([id, entry]) => {
    const found = paper(db.byId.get(id));
    const verdicts = Object.values(entry.verdicts);
    const parts = [
      `${verdicts.filter((v) => v === "right").length} right`,
      `${verdicts.filter((v) => v === "wrong").length} wrong`,
      `${entry.added.length} added`,
      entry.complete ? "complete" : "in part",
    ];
    return h(
      "li",
      {},
      h("a", { href: address({ paper: id }) }, shown(folded(found.title)) || id),
      h("small", {}, parts.join(" · ")),
    );
  });
  const save = h(
    "button",
    {
      type: "button",
      class: "primary",
      id: "export",
      disabled: !judged.size,
      onclick: () => {
        download("judgements.jsonl", exportJudgements());
        say(`${judged.size} papers exported`);
      },
    },
    "Export judgements",
  );
  const clear = h(
    "button",
    {
      type: "button",
      disabled: !judged.size,
      onclick: () =>
        confirmed("Forget all judgements made in this page?", "Forget them", () => {
          judged.clear();
          keepJudgements();
          drawReview();
        }),
    },
    "Forget all",
  );
  $("#review").replaceChildren(
    h(
      "div",
      { class: "page" },
      h("h1", {}, "Review"),
      h(
        "p",
        { class: "lead" },
        "Open a paper, mark its facts right or wrong, add what is missing, and say when it is complete. ",
        "The export is a gold file, one JSON object a paper: ",
        h("code", {}, "paperfacts eval"),
        " scores a run against it.",
      ),
      stored
        ? null
        : h("p", { class: "notice" }, "This browser keeps nothing for this file: export before you close the page."),
      h("p", { class: "row" }, save, clear),
      judged.size
        ? h(
            "div",
            { class: "cards" },
            precisionTable("Precision by kind", kinds),
            precisionTable("Precision by rule", rules),
            card("Judged papers", null, h("ul", { class: "list" }, papers)),
          )
        : h(
            "div",
            { class: "blank" },
            h("p", {}, "No paper is judged yet."),
            h(
              "a",
              { class: "button", href: address({ view: "papers", sort: "confidence" }) },
              "Start with the least certain papers",
            ),
          ),
    ),
  );
}
