"""What people look at: the HTML report, the overview in the terminal, the explanation of one text.

Judgements that a reader makes in the report are exported as JSONL, one object a judged paper, in the order of the
records. It is the gold format with the paper's `id` and `title` and three more keys:

    {"n": 17,                      place of the paper in its dump, from 0 (the record's source.index)
     "id": "arxiv:2211.06220", "title": "...",
     "judged": true,               told apart from gold made by hand
     "complete": false,            true: the reader vouches that nothing is missing and all else is right
     "methods":  [{"name", "role", "aliases", "optional"}],
     "datasets": [{"name", "aliases", "optional"}],   "metrics" and "tasks" alike
     "links":    [{"url", "kind", "status", "optional"}],
     "results":  [{"surface", "value", "value_high", "unit", "kind", "qualifier", "metric", "dataset", "method",
                   "baseline", "task", "optional"}],
     "quantities": [{"surface", "value", "value_high", "unit", "kind", "optional"}],
     "judgements": [{"kind": "result", "verdict": "right" | "wrong" | "missing", "text": "83.5% top1",
                     "rule": "result.level-metric", "confidence": 0.9,
                     "field": "abstract", "start_char": 0, "end_char": 5}]}

Facts marked right and facts added are gold. Facts marked wrong stand in `judgements` alone, so they count as false
alarms. Facts nobody judged are gold with `"optional": true` (neither hit nor false alarm) unless the paper is complete:
then they are gold like the others. A corrected fact is one wrong and one missing judgement. Offsets are those of the
record's mention, by code point; a missing fact and a link without a mention have null there. The recall of a paper
that is not complete says little.
"""
