"""Whether a metric can be what a value measures, by unit and wording: 16.2 ms is no accuracy, 83% is no latency."""

from __future__ import annotations

import regex

from extract.facts import Entity, Result

# The first family whose word stands in a metric's name or unit is its family; anything else is "score".
_FAMILIES = tuple(
    (family, regex.compile(words, regex.IGNORECASE))
    for family, words in (
        ("time", r"\b(?:latency|(?:\w+-)?time|times|runtime|delay|duration|hours?|seconds?|ms|wall-clock)\b"),
        ("speed", r"\b(?:fps|throughput|speed|speed-?ups?|frames?|frame rate|hz|tokens/s|acceleration)\b"),
        ("memory", r"\b(?:memory|storage|footprint|model size|size|vram|bandwidth|disk|bits?)\b"),
        (
            "compute",
            r"flops?\b|\bmacs?\b|\bparam\w*|\bcomput\w+|\bcosts?\b|\benergy\b|\bpower\b|\boverhead\b|\bbudget\b",
        ),
        ("signal", r"\b(?:psnr|snr|sdr|si-?sdri?|si-?snri?|s?sdr\w*|cpsnr|ws-psnr|nmse)\b"),
    )
)
_UNIT_FAMILY = {
    "ms": "time", "s": "time", "min": "time", "hours": "time", "days": "time", "us": "time", "µs": "time",
    "FPS": "speed", "GB": "memory", "MB": "memory", "KB": "memory", "params": "compute", "dB": "signal",
}  # fmt: skip
# What is told in decibels beside the measures of signals.
_DECIBELS = regex.compile(
    r"psnr|n+r\b|noise ratio|gain|loss|level|rejection|suppression|attenuation|isolation|distortion|sensitivity|margin",
    regex.IGNORECASE,
)
# Measures that are told in percent or without a unit; one that no family knows may be told in any.
_NO_UNIT = regex.compile(
    r"accura|precision|recall|score|\bf1|\bf-|\bm?ap\b|auc|auroc|iou|bleu|rouge|\brate|ratio|similarity|correlation|"
    r"consistency|quality|performance|success|agreement|perplexity|dice|coverage",
    regex.IGNORECASE,
)
_FASTER = regex.compile(r"\$?[ -]*(?:faster|speed-?ups?|quicker|acceleration|slower|longer|shorter)\b")
_LIGHTER = regex.compile(r"\$?[ -]*(?:smaller|fewer|cheaper|compression|lighter|less)\b")


class Fitting:
    """Families of metrics, remembered by name."""

    def __init__(self) -> None:
        self._family: dict[str, str] = {}

    def family(self, metric: Entity) -> str:
        """The family of a metric: time, speed, memory, compute, signal or score."""
        known = self._family.get(metric.name)
        if known is None:
            known = next((family for family, words in _FAMILIES if words.search(metric.name)), "score")
            if len(self._family) > 10_000:  # names are unbounded over a long run
                self._family.clear()
            self._family[metric.name] = known
        return known

    def scores(self, metric: Entity) -> bool:
        """Whether a metric tells how good an output is rather than what it costs."""
        return self.family(metric) in ("score", "signal")

    def fits(self, slot: str, entity: Entity, result: Result) -> bool:
        """False when the unit of a level or difference and the metric exclude each other; true for other slots."""
        if slot != "metric":
            return True
        family = self.family(entity)
        unit = result.number.unit
        needed = "compute" if unit and unit.endswith(("FLOPs", "MACs")) else _UNIT_FAMILY.get(unit or "")
        if needed is None or family == needed:
            return True
        if needed == "signal" and _DECIBELS.search(entity.name) is not None:
            return family == "score"
        # "a warning delay AWD of 0.7 s", "a boundary error of 0.3 s", "a fidelity of 40 dB"
        return needed in ("time", "signal") and family == "score" and _NO_UNIT.search(entity.name) is None

    def near(self, metric: Entity, result: Result, text: str) -> bool:
        """Whether the wording right behind a value allows a metric that stands apart from it: "5x faster" needs one
        of time or speed, "3x smaller" none of them."""
        if not self.fits("metric", metric, result):
            return False
        family = self.family(metric)
        if result.number.unit == "%" and result.kind == "absolute":
            return family == "score"  # "28.9% FLOPs" must stand together
        if _FASTER.match(text, result.number.end):
            return family in ("time", "speed")
        if _LIGHTER.match(text, result.number.end):
            return family in ("memory", "compute", "time")
        return True
