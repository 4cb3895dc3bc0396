// The address decides what is shown; everything else follows.

const VIEWS = {
  overview: () => {
    if (!$("#overview").hasChildNodes()) drawOverview();
  },
  papers: (place) => papersView.open(place),
  results: (place) => resultsView.open(place),
  boards: (place) => boardsView.open(place),
  review: () => drawReview(),
};

function go() {
  tip.hide();
  const place = here();
  const view = place.paper ? "papers" : VIEWS[place.view] ? place.view : "overview";
  document.title = `${db.name} · paperfacts`;
  document.body.classList.remove("reading-one");
  for (const section of document.querySelectorAll("main > .view")) section.hidden = section.id !== view;
  for (const link of document.querySelectorAll("#nav a")) {
    if (link.getAttribute("href") === `#view=${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  VIEWS[view](place);
  document.body.dataset.view = view;
}

const THEMES = { auto: "as the system", light: "light", dark: "dark" };
function setTheme(name) {
  const words = THEMES[name];
  document.documentElement.dataset.theme = name;
  $("#theme").replaceChildren(sign(name));
  $("#theme").setAttribute("aria-label", `Colours: ${words}`);
  $("#theme").title = `Colours: ${words}`;
}

// On paper there is no scrolling: the rows of the table in sight are drawn from the first on, at most 1,000.
addEventListener("beforeprint", () => {
  if (!$("#results").hidden && resultsView.built) {
    resultsView.list.draw(true);
    document.body.classList.add("printing");
  }
});
addEventListener("afterprint", () => {
  document.body.classList.remove("printing");
  if (resultsView.built) resultsView.list.refresh();
});

(async () => {
  let theme = "auto";
  try {
    theme = localStorage.getItem("paperfacts.theme") || "auto";
  } catch {
    /* a file without storage starts as the system */
  }
  setTheme(THEMES[theme] ? theme : "auto");
  $("#theme").addEventListener("click", () => {
    const names = Object.keys(THEMES);
    const next = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
    setTheme(next);
    try {
      localStorage.setItem("paperfacts.theme", next);
    } catch {
      /* the choice lasts as long as the page */
    }
  });
  try {
    await readHead();
    const place = here();
    if (!place.paper && (!VIEWS[place.view] || place.view === "overview")) {
      go();
      $("#loading").remove();
      document.documentElement.dataset.painted = String(Math.round(performance.now()));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    }
    await readPapers();
  } catch (error) {
    document.body.prepend($("#loading") || h("p", { id: "loading", class: "loading", role: "alert" }));
    $("#loading").textContent =
      `The data of this report cannot be read (${error.message}). A browser of 2024 or later is needed.`;
    return;
  }
  readJudgements();
  keepJudgements();
  addEventListener("hashchange", go);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hide();
  });
  $("#main").addEventListener("scroll", tip.hide, { passive: true, capture: true });
  go();
  $("#loading")?.remove();
  performance.mark("paperfacts-ready");
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
