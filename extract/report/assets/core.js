// Elements, formats, the data, the address. Text enters the page as text nodes only: the policy forbids the rest.

const $ = (selector, root = document) => root.querySelector(selector);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}
const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// Signs drawn here, since not every font has them.
const SIGNS = {
  auto: "M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5a6.5 6.5 0 0 1 0 13",
  light:
    "M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM8 .8v2M8 13.2v2M.8 8h2M13.2 8h2M2.9 2.9l1.4 1.4M11.7 11.7l1.4 1.4M2.9 13.1l1.4-1.4M11.7 4.3l1.4-1.4",
  dark: "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
  right: "M3 8.6l3.2 3.2L13 4.6",
  wrong: "M4 4l8 8M12 4l-8 8",
  edit: "M3 13l.6-2.8 7.2-7.2 2.2 2.2-7.2 7.2z",
  minus: "M4 8h8",
  back: "M10 3L5 8l5 5",
  next: "M6 3l5 5-5 5",
  copy: "M6.5 9.5l3-3M7 4.8l1.4-1.4a3 3 0 0 1 4.2 4.2L11.2 9M9 11.2l-1.4 1.4a3 3 0 0 1-4.2-4.2L4.8 7",
};
const sign = (name) =>
  svg(
    "svg",
    { class: `sign ${name}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svg("path", { d: SIGNS[name] }),
  );

// One entry a kind of fact: the letter of its key in addresses, its list in a paper, its names.
const KINDS = {
  result: { letter: "r", list: "results", one: "Result", many: "Results" },
  method: { letter: "m", list: "methods", one: "Method", many: "Methods" },
  dataset: { letter: "d", list: "datasets", one: "Dataset", many: "Datasets" },
  metric: { letter: "k", list: "metrics", one: "Metric", many: "Metrics" },
  task: { letter: "t", list: "tasks", one: "Task", many: "Tasks" },
  link: { letter: "l", list: "links", one: "Link", many: "Links" },
  quantity: { letter: "q", list: "quantities", one: "Quantity", many: "Quantities" },
};
const SLOTS = ["metric", "dataset", "method", "baseline", "task"];
const FIELDS = ["title", "abstract", "comment"];
const CODE = {
  released: "released",
  promised: "promised",
  on_request: "on request",
  elided: "link lost in the dump",
  none_stated: "none stated",
};

const number = (value) => value.toLocaleString("en-US");
const percent = (part, whole) => (whole ? `${Math.round((100 * part) / whole)}%` : "–");
const plain = (value) =>
  Math.abs(value) >= 10000
    ? value.toLocaleString("en-US", { maximumFractionDigits: 2 })
    : String(+value.toPrecision(10));

function valueOf(fact) {
  let text = plain(fact.value);
  if (fact.high !== null) text += `–${plain(fact.high)}`;
  if (fact.uncertainty) text += ` ± ${plain(fact.uncertainty)}`;
  if (!fact.unit) return text;
  if (fact.unit === "%") return `${text}%`;
  return fact.unit === "x" ? `${text}×` : `${text} ${fact.unit}`;
}

// Control characters and direction marks show as signs of their own, one for one, so that offsets stay true.
const shown = (text) =>
  String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? "\u2421" : "\u2426";
  });
const folded = (text) => String(text).replace(/\s+/g, " ").trim();
const safeUrl = (url) => (/^https?:\/\//i.test(url) ? url : null);

const db = { papers: [], rows: [], byId: new Map(), rules: [], overview: null };

async function unpack(id) {
  const element = document.getElementById(id);
  const packed = element.textContent;
  element.remove();
  let bytes;
  if (Uint8Array.fromBase64) {
    bytes = Uint8Array.fromBase64(packed);
  } else {
    const text = atob(packed);
    bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// The figures come in a small part of their own, so that the overview stands before the papers are unpacked.
async function readHead() {
  Object.assign(db, await unpack("head"));
}
async function readPapers() {
  db.rows = await unpack("data");
  db.papers = new Array(db.rows.length);
  db.rows.forEach((row, i) => db.byId.set(row[0], i));
}

function hydrate(columns, row) {
  const object = {};
  for (let i = 0; i < columns.length; i++) object[columns[i]] = row[i];
  return object;
}

// A paper as an object, made when first looked at. Every fact knows its key ("r3"), kind and name.
function paper(i) {
  if (db.papers[i]) return db.papers[i];
  const found = hydrate(db.columns.paper, db.rows[i]);
  found.i = i;
  found.warnings = found.warnings || [];
  found.categories = found.categories || [];
  found.facts = [];
  found.byKey = new Map();
  for (const [kind, { letter, list }] of Object.entries(KINDS)) {
    const columns = db.columns[db.columns[kind] ? kind : "entity"];
    found[list] = found[list].map((row, index) => {
      const fact = hydrate(columns, row);
      fact.type = fact.kind; // the kind inside the kind: absolute, model_size, code
      Object.assign(fact, { kind, key: letter + index, paper: found });
      fact.label = kind === "link" ? fact.url : kind === "result" || kind === "quantity" ? fact.surface : fact.name;
      if ("aliases" in fact) fact.aliases = fact.aliases || [];
      if ("conditions" in fact) fact.conditions = fact.conditions || [];
      found.facts.push(fact);
      found.byKey.set(fact.key, fact);
      return fact;
    });
  }
  db.papers[i] = found;
  return found;
}

const ruleOf = (fact) => (fact.mentions.length ? db.rules[fact.mentions[0][3]].id : `dump.${fact.fromDump}`);
const entityKey = (entity) => entity.canonical || entity.name.toLowerCase();

// The entities that a result names, by slot; a baseline may be a method or a dataset.
function linked(result) {
  const { methods, datasets, metrics, tasks } = result.paper;
  const by = (list, name) => (name === null ? null : list.find((e) => e.name === name) || null);
  return {
    metric: by(metrics, result.metric),
    dataset: by(datasets, result.dataset),
    method: by(methods, result.method),
    baseline: by(methods, result.baseline) || by(datasets, result.baseline),
    task: by(tasks, result.task),
  };
}

// Every result of every paper, made when a view first needs them.
let everyResult = null;
function results() {
  if (everyResult) return everyResult;
  everyResult = [];
  const at = db.columns.paper.indexOf("results");
  db.rows.forEach((row, i) => {
    if (!row[at].length) return;
    for (const result of paper(i).results) {
      const to = linked(result);
      result.metricKey = to.metric ? entityKey(to.metric) : null;
      result.datasetKey = to.dataset ? entityKey(to.dataset) : null;
      result.higher = to.metric ? to.metric.extra : null;
      result.rule = ruleOf(result);
      everyResult.push(result);
    }
  });
  return everyResult;
}

// The address holds the place: #paper=ID&fact=KEY, or #view=NAME with the filters of that view.
const address = (values) => {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== "") parts.set(name, value);
  return `#${parts}`;
};
const here = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const factAddress = (fact) => address({ paper: fact.paper.id, fact: fact.key });

const say = (text) => {
  $("#live").textContent = text;
};
const later = (work, wait = 120) => {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(work, wait, ...values);
  };
};

function confidenceBar(value) {
  const level = value >= 0.9 ? "high" : value >= 0.7 ? "fair" : "low";
  const bar = h("span", { class: `conf ${level}` }, h("i", { "aria-hidden": "true" }), h("span", {}, value.toFixed(2)));
  bar.firstChild.style.setProperty("--level", `${Math.round(100 * value)}%`);
  return bar;
}

function picker(label, options, value, onchange) {
  const select = h(
    "select",
    { onchange: () => onchange(select.value) },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
  );
  return h("label", { class: "field" }, h("span", {}, label), select);
}

function confidencePicker(value, onchange) {
  const bounds = ["0.95", "0.90", "0.80", "0.70"];
  return picker(
    "Confidence",
    [["", "any"], ...bounds.map((bound) => [String(Number(bound)), `below ${bound}`])],
    value,
    onchange,
  );
}

const searchWords = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

function box(label, value, oninput, attributes = {}) {
  const input = h("input", { type: "search", value: value || "", spellcheck: "false", ...attributes });
  const tell = later(() => oninput(input.value.trim()));
  input.addEventListener("input", tell);
  return h("label", { class: "field" }, h("span", {}, label), input);
}
