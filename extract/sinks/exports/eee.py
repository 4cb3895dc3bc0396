"""Every Eval Ever: one JSON file for each paper and method, by version 0.2.2 of its eval.schema.json.

Files lie as its datastore wants them: data/<benchmark>/<developer>/<model>/<uuid>.json, with `paperfacts` as the
benchmark's name. The uuid is derived from the content's identity, so exporting again overwrites. A metric whose
direction the vocabulary does not know is left out: the schema asks for it. It asks for no task: where the text names
none for a result, the evaluation goes by the data set alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import orjson

from extract.model import Record
from extract.sinks.exports import Piece
from extract.sinks.exports.claims import Claim, Options, claims, number, paper_url, slug

SCHEMA = "0.2.2"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://paperfacts.dev/every-eval-ever")
# The publisher of a record, by the scheme of its id: the organisation that provides the text.
_PUBLISHERS = {
    "arxiv": "arXiv",
    "acl": "ACL Anthology",
    "openreview": "OpenReview",
    "s2": "Semantic Scholar",
    "openalex": "OpenAlex",
    "pmid": "PubMed",
}


def export(records: Iterator[Record], options: Options) -> Iterator[Piece]:
    """The files of all papers."""
    for record in records:
        by_method: dict[str, list[Claim]] = {}
        for claim in claims(record, options):
            if claim.metric.higher_is_better is not None:
                by_method.setdefault(claim.method.name, []).append(claim)
        for found in by_method.values():
            log = _log(record, found, options)
            name = uuid.uuid5(_NAMESPACE, f"{record.id}\n{found[0].method.name}")
            yield (
                f"data/paperfacts/{log['model_info']['id']}/{name}.json",
                orjson.dumps(log, option=orjson.OPT_INDENT_2) + b"\n",
            )


def _log(record: Record, found: list[Claim], options: Options) -> dict[str, Any]:
    method = found[0].method
    owners = [link.owner for link in record.links if link.kind == "code" and link.owner]
    own = method.role == "proposed"
    # Who made a quoted baseline is not known from this paper; the paper then stands for the developer.
    developer = slug(owners[0]) if own and owners else slug(record.id)
    model: dict[str, Any] = {"name": method.name, "id": f"{developer}/{slug(method.name)}"}
    if own and owners:
        model["developer"] = owners[0]
    source: dict[str, Any] = {
        "source_name": record.title or record.id,
        "source_type": "documentation",
        "source_organization_name": _PUBLISHERS.get(record.id.split(":", 1)[0], "unknown"),
        "evaluator_relationship": "first_party" if own else "third_party",
        "additional_details": {"paper_id": record.id, "extracted_by": "paperfacts", "extracted_from": "abstract"},
    }
    if url := paper_url(record):
        source["additional_details"]["paper_url"] = url
    stamp = number(options.written_at)
    return {
        "schema_version": SCHEMA,
        "evaluation_id": f"paperfacts/{model['id']}/{stamp}",
        "retrieved_timestamp": stamp,
        "source_metadata": source,
        "eval_library": {"name": "unknown", "version": "unknown"},
        "model_info": model,
        "evaluation_results": [_result(n, claim) for n, claim in enumerate(found)],
    }


def _result(n: int, claim: Claim) -> dict[str, Any]:
    result, metric = claim.result, claim.metric
    config: dict[str, Any] = {"metric_name": metric.name, "lower_is_better": not metric.higher_is_better}
    if metric.canonical:
        config["metric_id"] = metric.canonical
    if result.unit:
        config["metric_unit"] = "percent" if result.unit == "%" else result.unit
    if result.unit == "%":
        config |= {"score_type": "continuous", "min_score": 0, "max_score": 100}
    details = {"surface": result.surface, "rule": result.mention.rule, "confidence": number(result.confidence)}
    if result.uncertainty is not None:
        # The text says ± and not of what, so it is no standard error or interval of the schema.
        details["plus_minus"] = number(result.uncertainty)
    if result.conditions:
        details["conditions"] = "; ".join(result.conditions)
    data: dict[str, Any] = {"dataset_name": claim.dataset.name, "source_type": "other"}
    if claim.dataset.canonical:
        data["source_id"] = claim.dataset.canonical
    if result.split:
        data["additional_details"] = {"split": result.split}
    name = claim.dataset.name if result.task is None else f"{result.task} on {claim.dataset.name}"
    return {
        "evaluation_result_id": str(n),
        "evaluation_name": name,
        "source_data": data,
        "metric_config": config,
        "score_details": {"score": result.value, "details": details},
    }
