// Charts drawn by hand: bars as a list that reads well aloud, a histogram and a dot plot as SVG.

function card(title, note, ...body) {
  return h("section", { class: "card" }, h("h2", {}, title), note ? h("p", { class: "note" }, note) : null, ...body);
}

// rows: {label, count, href, kind, hint}; the bar's length is the share of the largest count.
function bars(rows, { total = 0 } = {}) {
  if (!rows.length) return h("p", { class: "empty" }, "None.");
  const most = Math.max(...rows.map((row) => row.count), 1);
  return h(
    "ol",
    { class: "bars" },
    rows.map((row) => {
      const bar = h("i", { class: row.kind ? `fill k-${row.kind}` : "fill", "aria-hidden": "true" });
      bar.style.width = `${Math.max(row.count ? 0.6 : 0, (100 * row.count) / most)}%`;
      const label = row.href ? h("a", { href: row.href }, shown(row.label)) : h("span", {}, shown(row.label));
      return h(
        "li",
        {},
        h("span", { class: "label", title: shown(row.hint || row.label) }, label),
        h("span", { class: "track", "aria-hidden": "true" }, bar),
        h(
          "span",
          { class: "figure" },
          number(row.count),
          total ? h("small", {}, ` ${percent(row.count, total)}`) : null,
        ),
      );
    }),
  );
}

// parts: {label, count, tone}; one bar of shares with its legend.
function shares(parts, total) {
  const seen = parts.filter((part) => part.count);
  const strip = h(
    "div",
    { class: "strip", "aria-hidden": "true" },
    seen.map((part) => {
      const piece = h("i", { class: `tone-${part.tone}` });
      piece.style.flexGrow = part.count;
      return piece;
    }),
  );
  const legend = h(
    "ul",
    { class: "legend" },
    parts.map((part) =>
      h(
        "li",
        {},
        h("i", { class: `dot tone-${part.tone}`, "aria-hidden": "true" }),
        h("span", {}, part.label),
        h("b", {}, number(part.count)),
        h("small", {}, percent(part.count, total)),
      ),
    ),
  );
  return h("div", {}, strip, legend);
}

function histogram(bins, label) {
  const width = 340,
    height = 150,
    base = height - 22;
  const most = Math.max(...bins, 1);
  const step = width / bins.length;
  const total = bins.reduce((a, b) => a + b, 0);
  const low = bins.slice(0, 14).reduce((a, b) => a + b, 0);
  const picture = svg("svg", {
    class: "chart",
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": `${label}: ${number(total)} facts, ${percent(low, total)} of them below 0.70`,
  });
  for (const share of [0.5, 1]) {
    const y = base - share * (base - 12);
    picture.append(
      svg("line", { x1: 0, x2: width, y1: y, y2: y, class: "grid" }),
      svg("text", { x: 2, y: y - 3, class: "tick" }, number(Math.round(share * most))),
    );
  }
  bins.forEach((count, i) => {
    const tall = ((base - 12) * count) / most;
    const tone = i >= 18 ? "high" : i >= 14 ? "fair" : "low";
    const name = `${(i / bins.length).toFixed(2)} to ${((i + 1) / bins.length).toFixed(2)}: ${number(count)}`;
    picture.append(
      svg(
        "rect",
        { x: i * step + 1, y: base - tall, width: step - 2, height: tall, rx: 1.5, class: `bin ${tone}` },
        svg("title", {}, name),
      ),
    );
  });
  picture.append(svg("line", { x1: 0, x2: width, y1: base, y2: base, class: "axis" }));
  for (const at of [0, 0.25, 0.5, 0.75, 1]) {
    picture.append(
      svg(
        "text",
        {
          x: at * width,
          y: height - 6,
          class: "tick",
          "text-anchor": at === 0 ? "start" : at === 1 ? "end" : "middle",
        },
        String(at),
      ),
    );
  }
  return picture;
}

function niceTicks(low, high, wanted) {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((m) => m * power >= rough) * power;
  const ticks = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-9; t += step) ticks.push(+t.toPrecision(12));
  return ticks;
}

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

// entries: {label, value, uncertainty, proposed, href}, best first. Dots, not bars: the axis need not start at 0.
function dotPlot(entries, { width, better, unit, label }) {
  const line = 26,
    top = 42;
  const named = Math.min(220, Math.max(90, width * 0.32));
  const height = top + entries.length * line + 10;
  const lows = entries.map((e) => e.value - (e.uncertainty || 0));
  const highs = entries.map((e) => e.value + (e.uncertainty || 0));
  let [low, high] = [Math.min(...lows), Math.max(...highs)];
  const pad = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1;
  [low, high] = [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
  const right = width - 64;
  const x = (value) => named + ((value - low) / (high - low)) * (right - named);
  const picture = svg("svg", {
    class: "chart",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": label,
  });
  for (const tick of niceTicks(low, high, Math.max(2, (right - named) / 90))) {
    picture.append(
      svg("line", { x1: x(tick), x2: x(tick), y1: top - 6, y2: height - 6, class: "grid" }),
      svg("text", { x: x(tick), y: top - 12, class: "tick", "text-anchor": "middle" }, plain(tick)),
    );
  }
  entries.forEach((entry, i) => {
    const y = top + i * line + line / 2;
    const tone = i === 0 && better ? "best" : entry.proposed ? "proposed" : "used";
    const group = svg("g", { class: `dot-row ${tone}` }, svg("title", {}, `${shown(entry.label)}: ${valueOf(entry)}`));
    group.append(
      svg("line", { x1: named, x2: right, y1: y, y2: y, class: "guide" }),
      svg(
        "text",
        { x: named - 10, y: y + 4, class: "name", "text-anchor": "end" },
        cut(shown(entry.label), Math.floor(named / 7.2)),
      ),
    );
    if (entry.uncertainty) {
      group.append(svg("line", { x1: x(lows[i]), x2: x(highs[i]), y1: y, y2: y, class: "whisker" }));
    }
    group.append(
      svg("circle", { cx: x(entry.value), cy: y, r: 5.5, class: "point" }),
      svg("text", { x: right + 10, y: y + 4, class: "reading" }, plain(entry.value) + (unit === "%" ? "%" : "")),
    );
    picture.append(group);
  });
  if (better) {
    picture.append(
      svg(
        "text",
        {
          x: better === "right" ? right : named,
          y: 10,
          class: "better",
          "text-anchor": better === "right" ? "end" : "start",
        },
        better === "right" ? "better →" : "← better",
      ),
    );
  }
  return picture;
}
