// Dialogs: adding a missing fact, correcting a result, asking before something is lost.

function dialog(title, body, actions) {
  const before = document.activeElement;
  const frame = h("dialog", { "aria-label": title }, h("h2", {}, title), body, h("div", { class: "row end" }, actions));
  frame.addEventListener("close", () => {
    frame.remove();
    if (before && before.isConnected) before.focus();
  });
  document.body.append(frame);
  frame.showModal();
  return frame;
}

function confirmed(question, label, act) {
  const frame = dialog(question, h("p", {}, "They are not kept anywhere else unless you exported them."), [
    h("button", { type: "button", onclick: () => frame.close() }, "Keep them"),
    h(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: () => {
          frame.close();
          act();
        },
      },
      label,
    ),
  ]);
}

// The rule behind a fact, as the rule book that made this page knows it.
function explainRule(id) {
  const rule = db.rules.find((r) => r.id === id) || { id };
  const frame = dialog(
    `Rule ${shown(id)}`,
    h(
      "div",
      { class: "about" },
      h(
        "p",
        {},
        rule.doc
          ? shown(rule.doc)
          : rule.yields
            ? "The rule book says no more about it."
            : "The rule book of this report does not hold it: it is one of the program's own, or of another version.",
      ),
      rule.yields
        ? h("p", { class: "note" }, `Yields: ${rule.yields}. Precision: ${rule.confidence.toFixed(2)}.`)
        : null,
      rule.pattern ? h("pre", { tabindex: "0", role: "region", "aria-label": "Pattern" }, shown(rule.pattern)) : null,
    ),
    [
      h(
        "a",
        { class: "button", href: address({ view: "papers", rule: id }), onclick: () => frame.close() },
        "Papers where it fired",
      ),
      h("button", { type: "button", class: "primary", onclick: () => frame.close() }, "Close"),
    ],
  );
}

// What a form asks for, by kind: [name, label, choices | "text" | "number" | "list", required].
const METHOD_ROLES = ["proposed", "used"];
const FORMS = {
  method: [
    ["name", "Name, as it stands in the text", "text", true],
    ["role", "Role", METHOD_ROLES, true],
    ["aliases", "Aliases, separated by |", "list"],
  ],
  dataset: [
    ["name", "Name, as it stands in the text", "text", true],
    ["aliases", "Aliases, separated by |", "list"],
  ],
  metric: [
    ["name", "Name, as it stands in the text", "text", true],
    ["aliases", "Aliases, separated by |", "list"],
  ],
  task: [
    ["name", "Name, as it stands in the text", "text", true],
    ["aliases", "Aliases, separated by |", "list"],
  ],
  link: [
    ["url", "Address", "text", true],
    ["kind", "Kind", ["code", "project", "video", "dataset", "model", "demo", "other"], true],
    ["status", "Status", ["released", "promised", "on_request"], true],
  ],
  result: [
    ["surface", "Surface, as it stands in the text", "text", true],
    ["value", "Value", "number", true],
    ["value_high", "Upper end of a range", "number"],
    ["unit", "Unit", "text"],
    ["kind", "Kind", ["absolute", "delta", "relative", "ratio"], true],
    ["qualifier", "Qualifier", ["", "up to", "at least", "at most", "about"]],
    ["metric", "Metric", "text"],
    ["dataset", "Dataset", "text"],
    ["method", "Method", "text"],
    ["baseline", "Baseline", "text"],
    ["task", "Task", "text"],
  ],
  quantity: [
    ["surface", "Surface, as it stands in the text", "text", true],
    ["value", "Value", "number", true],
    ["value_high", "Upper end of a range", "number"],
    ["unit", "Unit", "text"],
    [
      "kind",
      "Kind",
      ["model_size", "dataset_size", "count", "context_length", "hardware", "resolution", "sample_size", "other"],
      true,
    ],
  ],
};
const IN_TEXT = ["name", "surface", "metric", "dataset", "method", "baseline", "task"];

const firstNumber = (text) => {
  const match = /[-+]?\d[\d,]*(?:\.\d+)?/.exec(text);
  return match ? match[0].replace(/,/g, "") : "";
};
const unitIn = (text) => (/%/.test(text) ? "%" : /\d\s*(?:x|×|times)\b/i.test(text) ? "x" : "");

// Opens the form of a kind, filled with what is known; `done` gets the fact in the gold format.
function factForm(found, kind, known, title, done) {
  const text = folded(FIELDS.map((field) => found[field] || "").join(" "));
  const error = h("p", { class: "error", role: "alert" });
  const inputs = {},
    lists = {};
  const rows = FORMS[kind].map(([name, label, type, required]) => {
    const value = known[name] ?? "";
    const id = `form-${name}`;
    let input;
    if (Array.isArray(type)) {
      input = h(
        "select",
        { id },
        type.map((option) =>
          h("option", { value: option, selected: option === value }, option.replace("_", " ") || "none"),
        ),
      );
    } else {
      const names =
        KINDS[name] && kind === "result"
          ? found[KINDS[name].list].map((e) => e.name)
          : name === "baseline"
            ? found.methods.map((e) => e.name)
            : null;
      input = h("input", {
        id,
        type: "text",
        inputmode: type === "number" ? "decimal" : null,
        value: Array.isArray(value) ? value.join(" | ") : String(value),
        list: names && names.length ? `${id}-names` : null,
        autocomplete: "off",
        spellcheck: "false",
        "aria-required": required ? "true" : null,
      });
      if (names && names.length)
        lists[name] = h(
          "datalist",
          { id: `${id}-names` },
          names.map((n) => h("option", { value: n })),
        );
    }
    inputs[name] = input;
    return h("div", { class: "field" }, h("label", { for: id }, label), input, lists[name]);
  });
  const check = () => {
    const fact = { kind };
    for (const [name, label, type, required] of FORMS[kind]) {
      const raw = inputs[name].value.trim();
      if (required && !raw) return [`${label}: fill this in.`, name];
      if (type === "number") {
        if (raw && !Number.isFinite(Number(raw))) return [`${label}: write a plain number.`, name];
        fact[name] = raw ? Number(raw) : null;
      } else if (type === "list") {
        fact[name] = raw.split("|").map(folded).filter(Boolean);
      } else {
        if (raw && IN_TEXT.includes(name) && !text.includes(folded(raw)))
          return [`${label}: “${cut(raw, 40)}” does not stand in the text.`, name];
        fact[name === "kind" ? "type" : name] = raw || null;
      }
    }
    return [null, fact];
  };
  const submit = () => {
    const [problem, outcome] = check();
    if (problem) {
      error.textContent = problem;
      inputs[outcome].focus();
      return;
    }
    frame.close();
    done(outcome);
  };
  const body = h(
    "form",
    {
      method: "dialog",
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    h("div", { class: "form" }, rows),
    error,
    h("button", { type: "submit", class: "unseen", tabindex: "-1", "aria-hidden": "true" }, "Save"),
  );
  const frame = dialog(title, body, [
    h("button", { type: "button", onclick: () => frame.close() }, "Cancel"),
    h("button", { type: "button", class: "primary", id: "form-save", onclick: submit }, "Save"),
  ]);
  const first = inputs[FORMS[kind][0][0]];
  first.focus();
  if (inputs.value) {
    first.addEventListener("input", () => {
      if (!inputs.value.value) inputs.value.value = firstNumber(first.value);
    });
  }
}

// A fact of the form as it stands in the gold file; `kind` names the list, the form's own kind goes inside.
function asGold({ kind, type, ...values }) {
  const fact = { ...values, optional: false };
  if (type !== undefined) fact.kind = type;
  return { list: kind, fact };
}

function addFact(found, kind, selected, redraw) {
  const known =
    kind === "link"
      ? { url: selected }
      : { name: selected, surface: selected, value: firstNumber(selected), unit: unitIn(selected) };
  factForm(found, kind, known, `Add a missing ${KINDS[kind].one.toLowerCase()}`, (outcome) => {
    entryOf(found.id).added.push(asGold(outcome));
    keepJudgements();
    say(`${KINDS[kind].one} added`);
    redraw();
  });
}

function correctFact(fact, redraw) {
  const { kind, optional, ...rest } = gold(fact, false);
  factForm(
    fact.paper,
    fact.kind,
    { ...rest, kind },
    `Correct this ${KINDS[fact.kind].one.toLowerCase()}`,
    (outcome) => {
      const entry = entryOf(fact.paper.id);
      entry.verdicts[fact.key] = "wrong";
      entry.added.push(asGold(outcome));
      keepJudgements();
      say("Correction kept");
      redraw();
    },
  );
}
