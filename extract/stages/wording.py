"""Wording that tells whose work a sentence speaks of; shared by the cues of methods."""

from __future__ import annotations

import re

# A sentence that speaks of others' work, and one that speaks of this paper's.
OTHERS = re.compile(
    r"\b(?:[Rr]ecent(?:ly)?|emerged|existing|popular|widely|has\sbeen|have\sbeen|previous|prior|known)\b"
)
TAKEN = re.compile(
    r"\b(?:state-of-the-art|SOTA|existing|popular|recent|representative|widely|baseline|well-known|open-source|leading"
    r"|pre-?trained|evaluat\w+|compar\w+|investigat\w+|benchmark\w*|previous|standard|different|various)\b"
)
OURS = re.compile(r"\b(?:[Ww]e|[Oo]ur|[Tt]his\s(?:paper|work|study|article|letter|report|thesis))\b")
OTHER_LIST = re.compile(
    r"\b(?:data\s?sets?|benchmarks?|tasks?|domains?|corpora|metrics?|languages?|applications?|settings?|areas|fields"
    r"|modalities|sensors|devices|environments|series|problems?|scenarios|topics|diseases|countries)\b[^a-z]*$"
)
