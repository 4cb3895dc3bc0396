"""The page in headless Chromium: what a reader does, what a screen reader meets, and hostile text.

Skipped where Selenium or Chromium is missing.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from extract.cli import app
from extract.report.page import write_report

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="needs chromium and chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
VIEWS = ("#view=overview", "#view=papers", "#view=results", "#view=boards", "#view=review")
PAPER = "arxiv:2400.00005"
SAMPLE = Path(__file__).parents[2] / "output" / "sample" / "records.jsonl"


Maker = Callable[[int], Iterator[dict[str, Any]]]


class Page:
    """A browser on the report, with the few moves that the tests make."""

    def __init__(self, driver: Any, url: str, downloads: Path) -> None:
        self.driver, self.url, self.downloads = driver, url, downloads

    def run(self, code: str, *arguments: Any) -> Any:
        return self.driver.execute_script(code, *arguments)

    def wait(self, condition: Callable[[], Any], seconds: float = 5) -> Any:
        end = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > end:
                raise AssertionError("what was waited for did not come")
            time.sleep(0.02)
        return found

    def open(self, place: str = "") -> Page:
        """A fresh load with an empty store, so that no test sees another's judgements."""
        self.driver.get("about:blank")
        self.driver.get(self.url + place)
        self.wait(lambda: self.run("return document.documentElement.dataset.ready"))
        return self

    def go(self, place: str) -> None:
        self.run("location.hash = arguments[0]", place)
        view = place.split("view=")[-1].split("&")[0] if "view=" in place else "papers"
        self.wait(lambda: self.run("return document.body.dataset.view") == view)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return self.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def problems(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


@pytest.fixture(scope="module")
def browser(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("browser")
    write_report(run_folder / "records.jsonl", folder / "report.html")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1360,860"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
        yield Page(driver, (folder / "report.html").as_uri(), folder)
    finally:
        driver.quit()


@pytest.fixture
def page(browser: Page) -> Iterator[Page]:
    browser.size(1360, 860)
    browser.open()
    browser.run("localStorage.clear()")
    yield browser.open()
    assert browser.problems() == []


def test_every_view_opens_without_a_word_in_the_console_or_a_request(page: Page) -> None:
    for place in VIEWS:
        page.go(place)
        assert page.all("main > section:not([hidden])")
    assert (
        page.run("return performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:')).length")
        == 0
    )
    page.go("#view=overview")
    assert "62" in page.texts(".tile b")
    assert {"malformed-json", "duplicate-id", "no-text"} <= set(page.texts(".bars .label"))


def test_the_table_sorts_both_ways_and_back(page: Page) -> None:
    page.go("#view=results")

    def values() -> list[float]:
        return [float(text.rstrip("%×").split()[0]) for text in page.texts("#results .rows .c-value")[:8]]

    before = values()
    page.one("#results .th .c-value button").click()
    assert page.one("#results .th .c-value").get_attribute("aria-sort") == "ascending"
    assert values() == sorted(values())
    page.one("#results .th .c-value button").click()
    assert page.one("#results .th .c-value").get_attribute("aria-sort") == "descending"
    assert values() == sorted(values(), reverse=True)
    page.one("#results .th .c-value button").click()
    assert values() == before


def test_search_and_filters_narrow_the_table(page: Page, run_folder: Path) -> None:
    records = [json.loads(line) for line in (run_folder / "records.jsonl").read_text("utf-8").splitlines()]
    results = [result for record in records for result in record["results"]]

    def shown() -> int:
        return int(page.one("#results .tally").text.split()[0])

    page.go("#view=results")
    assert shown() == len(results)
    page.go("#view=results&dataset=COCO&kind=delta")
    assert shown() == sum(r["dataset"] == "COCO" and r["kind"] == "delta" for r in results)
    assert set(page.texts("#results .rows .c-dataset")) == {"COCO"}
    page.go("#view=results&below=0.7")
    assert shown() == sum(r["confidence"] < 0.7 for r in results)
    page.go("#view=results&rule=result.ratio&method=halo")
    ratio = [r for r in results if r["mention"]["rule"] == "result.ratio"]
    assert shown() == sum("halo" in (r["method"] or "").lower() for r in ratio)
    page.go("#view=results")
    page.one("#results input").send_keys("wer points")
    page.wait(lambda: shown() < len(results))
    assert all(text == "WER" for text in page.texts("#results .rows .c-metric"))
    Select(page.all("#results select")[0]).select_by_value("ratio")
    page.wait(lambda: shown() == 0)


def test_rows_are_drawn_only_where_they_are_seen(page: Page) -> None:
    page.go("#view=results")
    assert page.one("#results .table").get_attribute("aria-rowcount") == "182"
    assert len(page.all("#results .rows > *")) < 60
    page.run("const s = document.querySelector('#results .scroller'); s.scrollTop = s.scrollHeight")
    page.wait(lambda: page.all("#results [aria-rowindex='182']"))
    assert len(page.all("#results .rows > *")) < 60


def test_from_a_result_to_its_words(page: Page) -> None:
    page.go("#view=results&q=" + PAPER)
    page.wait(lambda: len(page.all("#results .rows .tr")) == 3)
    page.all("#results .rows .c-value a")[1].click()
    page.wait(lambda: page.all("mark.on"))
    assert page.run("return new URLSearchParams(location.hash.slice(1)).get('fact')") == "r1"
    assert page.texts("mark.on")[0].endswith("points")
    roles = set(page.run("return [...document.querySelectorAll('mark[data-role]')].map((m) => m.dataset.role)"))
    assert {"metric", "dataset", "method", "baseline", "task"} <= roles
    assert len(page.all(".wires path")) == 5
    assert page.one("li.fact.on .pick").get_attribute("aria-pressed") == "true"


def test_a_deep_link_opens_the_paper_at_the_fact(page: Page) -> None:
    page.open(f"#paper={PAPER}&fact=d0")
    assert page.texts("mark.on") == page.texts("li.fact.k-dataset .pick b")
    page.open("#paper=absent")
    assert "not in this page" in page.one("#papers .reading").text


def test_a_mark_explains_itself_on_hover_and_focus(page: Page) -> None:
    page.go(f"#paper={PAPER}")
    mark = page.wait(lambda: page.all("mark.k-metric"))[0]
    page.run("arguments[0].dispatchEvent(new MouseEvent('mouseenter'))", mark)
    tip = page.one("#tip").text
    assert "metric.vocabulary" in tip
    assert "0.99" in tip
    assert "canonical" in tip
    page.run("arguments[0].dispatchEvent(new MouseEvent('mouseleave'))", mark)
    assert not page.one("#tip").is_displayed()
    page.run("arguments[0].focus()", mark)
    mark.send_keys(Keys.ENTER)
    assert page.all("mark.on.k-metric")


def test_arrow_keys_go_through_the_papers(page: Page) -> None:
    page.go("#view=papers")
    page.run("document.querySelector('#papers .rows a').focus()")
    for _ in range(12):
        page.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert page.run("return document.activeElement.closest('[aria-posinset]').getAttribute('aria-posinset')") == "13"
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.wait(lambda: page.all("article .title"))
    assert PAPER[:-2] in page.run("return decodeURIComponent(location.hash)")


def test_leaderboards_put_the_best_first(page: Page) -> None:
    page.go("#view=boards&board=librispeech%09word-error-rate")
    values = [float(text.rstrip("%")) for text in page.texts("#boards .ranks td:nth-child(3)")]
    assert values == sorted(values)
    assert "better" in page.texts("#boards .better")[0]
    page.go("#view=boards&board=coco%09mean-average-precision")
    values = [float(text.rstrip("%")) for text in page.texts("#boards .ranks td:nth-child(3)")]
    assert values == sorted(values, reverse=True)
    assert page.one("#boards svg.chart").get_attribute("aria-label").startswith("COCO · mAP")


@pytest.fixture
def boards(page: Page, make_records: Maker, tmp_path: Path) -> Iterator[Callable[..., list[tuple[str, str]]]]:
    """Ranks and values on the page of one dataset whose papers have these first results."""

    def show(dataset: str, board: str, *changes: dict[str, Any]) -> list[tuple[str, str]]:
        papers = [r for r in make_records(200) if r["datasets"][0]["name"] == dataset]
        for record, change in zip(papers, changes, strict=False):
            first = record["results"][0] | change
            record["results"] = [first, first] if change.get("value") == 80.0 else [first]
        source = tmp_path / f"{dataset}.jsonl"
        source.write_text("".join(json.dumps(r) + "\n" for r in papers[: len(changes)]), encoding="utf-8")
        write_report(source, tmp_path / f"{dataset}.html")
        here = Page(page.driver, (tmp_path / f"{dataset}.html").as_uri(), tmp_path).open()
        here.go(f"#view=boards&board={board}")
        columns = (here.texts(f"#boards .ranks tbody td:nth-child({n})") for n in (1, 3))
        return list(zip(*columns, strict=True))

    yield show
    page.open()


Boards = Callable[..., list[tuple[str, str]]]


def test_leaderboards_hold_exact_results_once_and_ties_share_a_rank(boards: Boards) -> None:
    found = boards(
        "COCO",
        "coco%09mean-average-precision",
        {"value": 80.0},
        {"value": 80.0},
        {"value": 0.7, "unit": None},
        {"value": 60.0},
        {"value": 90.0, "qualifier": "up to"},
        {"value": 95.0, "value_high": 99.0},
    )
    assert found == [("1", "80%"), ("1", "80%"), ("3", "0.7"), ("4", "60%")]


def test_small_numbers_beside_percentages_stand_apart_where_lower_is_better(boards: Boards) -> None:
    changes = [{"value": v, "unit": u} for v, u in ((0.3, "%"), (0.4, "%"), (0.18, None), (0.25, None))]
    key = "librispeech%09word-error-rate"
    assert boards("LibriSpeech", key, *changes) == [("1", "0.3%"), ("2", "0.4%")]
    assert boards("LibriSpeech", f"{key}%09fraction", *changes) == [("1", "0.18"), ("2", "0.25")]


def judge(page: Page) -> None:
    page.go(f"#paper={PAPER}")
    page.wait(lambda: page.all("li.fact"))
    page.one("li[data-key='r0'] .right").click()
    page.one("li[data-key='r1'] .wrong").click()
    page.one("li[data-key='m0'] .right").click()
    Select(page.one("#missing-kind")).select_by_value("dataset")
    page.one("#add-fact").click()
    page.one("#form-name").send_keys("a name that is not there")
    page.one("#form-save").click()
    assert "does not stand in the text" in page.one("dialog .error").text
    page.one("#form-name").clear()
    page.one("#form-name").send_keys("laboratories")
    page.one("#form-save").click()
    page.wait(lambda: not page.all("dialog"))


def exported(page: Page) -> list[dict[str, Any]]:
    target = page.downloads / "judgements.jsonl"
    target.unlink(missing_ok=True)
    page.go("#view=review")
    page.one("#export").click()
    page.wait(lambda: target.is_file() and target.stat().st_size)
    return [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def test_judgements_are_exported_in_the_gold_format(page: Page, run_folder: Path) -> None:
    record = [json.loads(line) for line in (run_folder / "records.jsonl").read_text("utf-8").splitlines()][5]
    judge(page)
    (line,) = exported(page)
    assert (line["n"], line["id"], line["title"], line["judged"], line["complete"]) == (
        5, PAPER, record["title"], True, False,
    )  # fmt: skip
    first, *others = line["results"]
    names = (
        "surface",
        "value",
        "value_high",
        "unit",
        "kind",
        "qualifier",
        "metric",
        "dataset",
        "method",
        "baseline",
        "task",
    )
    assert first == {**{name: record["results"][0][name] for name in names}, "optional": False}
    assert [r["surface"] for r in others] == [record["results"][2]["surface"]]
    assert all(r["optional"] for r in others)
    assert [m["optional"] for m in line["methods"]] == [False, True]
    assert line["methods"][0]["role"] == "proposed"
    assert line["datasets"][-1] == {"name": "laboratories", "aliases": [], "optional": False}
    right, wrong = (j for j in line["judgements"] if j["kind"] == "result")
    assert (right["verdict"], wrong["verdict"]) == ("right", "wrong")
    for judgement, result in zip((right, wrong), record["results"], strict=False):
        start, end = judgement["start_char"], judgement["end_char"]
        assert record[judgement["field"]][start:end] == result["mention"]["text"]
        assert judgement["rule"] == result["mention"]["rule"]
    assert [j["text"] for j in line["judgements"] if j["verdict"] == "missing"] == ["laboratories"]


def test_eval_scores_the_run_against_the_judgements(page: Page, run_folder: Path) -> None:
    judge(page)
    page.one(".judging .check input").click()
    exported(page)
    gold, records = str(page.downloads / "judgements.jsonl"), str(run_folder / "records.jsonl")
    said = CliRunner().invoke(app, ["eval", "--gold", gold, "--records", records, "--bootstrap", "0", "--json"])
    assert said.exit_code == 0, said.output
    scores = json.loads(said.stdout)["scores"]
    assert (scores["papers"]["tp"], scores["datasets"]["tp"], scores["datasets"]["fn"]) == (1, 1, 1)
    found = {name: score for name, score in scores.items() if name.startswith("results")}
    assert any((score["tp"], score["fp"]) == (2, 1) for score in found.values())


def test_a_complete_paper_counts_what_was_not_marked_as_right(page: Page) -> None:
    judge(page)
    page.one(".judging .check input").click()
    (line,) = exported(page)
    assert line["complete"] is True
    assert not any(item["optional"] for kind in ("results", "methods", "metrics") for item in line[kind])
    assert "Precision" in page.one("#review table").text


def test_selected_words_fill_the_form(page: Page) -> None:
    page.go(f"#paper={PAPER}")
    page.wait(lambda: page.all("li.fact"))
    page.run(
        "const text = [...document.querySelector('.abstract').childNodes].find((n) => n.textContent.includes('better'));"
        "const at = text.textContent.indexOf('better'); getSelection().setBaseAndExtent(text, at, text, at + 11)"
    )
    Select(page.one("#missing-kind")).select_by_value("metric")
    page.one("#add-fact").click()
    assert page.one("#form-name").get_attribute("value") == "better than"
    page.one("#form-name").send_keys(Keys.ESCAPE)
    page.wait(lambda: not page.all("dialog"))


def test_a_wrong_result_can_be_corrected(page: Page) -> None:
    page.go(f"#paper={PAPER}")
    page.wait(lambda: page.all("li.fact"))
    page.one("li[data-key='r1'] .edit").click()
    assert page.one("#form-kind").get_attribute("value") == "delta"
    page.one("#form-baseline").clear()
    page.one("#form-save").click()
    page.wait(lambda: page.all("li.fact.added"))
    (line,) = exported(page)
    corrected = line["results"][-1]
    assert (corrected["kind"], corrected["baseline"], corrected["optional"]) == ("delta", None, False)
    assert len(line["results"]) == 3


def test_judgements_outlive_the_page_and_can_be_forgotten(page: Page) -> None:
    judge(page)
    page.open("#view=review")
    assert page.one("#judged").text == "1"
    assert "laboratories" in page.run("return JSON.stringify(localStorage)")
    page.run("[...document.querySelectorAll('#review button')].find((b) => b.textContent === 'Forget all').click()")
    page.one("dialog .primary").click()
    page.wait(lambda: not page.one("#judged").is_displayed())


@pytest.mark.skipif(not SAMPLE.is_file(), reason="needs the committed sample")
def test_the_sample_opens_and_every_result_leads_to_its_words(page: Page, tmp_path: Path) -> None:
    write_report(SAMPLE, tmp_path / "r.html")
    records = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]
    page.driver.get((tmp_path / "r.html").as_uri())
    page.wait(lambda: page.run("return document.documentElement.dataset.ready"))
    for place in VIEWS:
        page.go(place)
    for record in [r for r in records if r["results"]][:10]:
        page.run("location.hash = new URLSearchParams({paper: arguments[0], fact: 'r0'})", record["id"])
        page.wait(lambda: page.all("mark.on"))
        assert "".join(page.texts("mark.on")).split() == record["results"][0]["mention"]["text"].split()


def test_an_empty_run_opens(page: Page, tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").touch()
    write_report(tmp_path / "records.jsonl", tmp_path / "r.html")
    page.driver.get((tmp_path / "r.html").as_uri())
    page.wait(lambda: page.run("return document.documentElement.dataset.ready"))
    for place in VIEWS:
        page.go(place)
    assert "0" in page.texts(".tile b")


def test_hostile_text_shows_as_text(page: Page, hostile: dict[str, Any]) -> None:
    page.go("#view=papers&q=Evil")
    page.wait(lambda: len(page.all("#papers .rows > *")) == 1)
    page.all("#papers .rows a")[0].click()
    page.wait(lambda: page.all("article .title"))
    title = "".join(page.texts("article .title"))
    assert "<img src=x onerror=alert(1)>" in title
    assert "\u202e" not in title
    assert "\x1b" not in title
    for place in VIEWS:
        page.go(place)
    assert page.run("return document.querySelectorAll('main img, main script, main iframe').length") == 0
    assert (
        page.run("return [...document.querySelectorAll('a')].filter((a) => a.protocol === 'javascript:').length") == 0
    )
    assert "owned" not in page.driver.title.split("·")[-1]


def axe_source() -> str | None:
    """The newest axe-core that an installed package bundles."""
    for name in ("axe_playwright_python", "axe_core_python"):
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")
    return None


# All rules in light colours; in the dark only what colours can break.
@pytest.mark.parametrize(
    ("width", "dark"), [(1360, False), (390, False), (1360, True)], ids=["desktop", "phone", "desktop-dark"]
)
def test_axe_finds_no_violation(page: Page, width: int, dark: bool) -> None:
    source = axe_source()
    if source is None:
        pytest.skip("needs axe-playwright-python")
    page.size(width, 860, dark=dark)
    page.open()
    page.run(source)
    options = {"resultTypes": ["violations"], **({"runOnly": ["color-contrast"]} if dark else {})}
    for place in (*VIEWS, f"#paper={PAPER}&fact=r1"):
        page.go(place)
        if "paper=" in place:
            page.wait(lambda: page.all("li.fact"))
            page.one(".verdict.right").click()
            page.all(".verdict.wrong")[1].click()
        passes, violations = page.driver.execute_async_script(
            "const [options, done] = arguments; axe.run(document, options).then((r) => done([r.passes.length, "
            "r.violations.map((v) => [v.impact, v.id, v.nodes[0].html])]), (e) => done([0, String(e)]))",
            options,
        )
        assert violations == []
        assert passes >= (1 if dark else 8)
    page.run("localStorage.clear()")


def test_a_phone_shows_every_view_without_sideways_scrolling(page: Page) -> None:
    page.size(390, 844)
    page.open()
    for place in (*VIEWS, f"#paper={PAPER}&fact=r1"):
        page.go(place)
        assert page.run("return document.documentElement.scrollWidth") <= 390
        assert page.run("return document.querySelector('main > section:not([hidden])').scrollWidth") <= 390
    assert not page.one("#papers .listing").is_displayed()
    page.one(".back").click()
    page.wait(lambda: page.one("#papers .listing").is_displayed())


def test_the_colours_can_be_chosen_and_are_kept(page: Page) -> None:
    def ground() -> str:
        return page.run("return getComputedStyle(document.body).backgroundColor")

    light = ground()
    for _ in range(2):
        page.one("#theme").click()
    assert page.one("#theme").get_attribute("aria-label") == "Colours: dark"
    assert ground() != light
    page.open()
    assert ground() != light


def test_print_leaves_the_controls_out(page: Page) -> None:
    page.go(f"#paper={PAPER}&fact=r1")
    page.wait(lambda: page.all("li.fact"))
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.one("article .title").is_displayed()
    assert page.one(".facts").is_displayed()
    for selector in ("nav", "#theme", "#papers .listing", ".verdicts", ".judging"):
        assert not page.one(selector).is_displayed()
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
