"""Scores records against annotated papers, measures the rules' precision, and compares two sets of records."""

from extract.evaluate.gold import Gold, read_gold, read_records
from extract.evaluate.score import RESULT_TIERS, Evaluation, evaluate

__all__ = ["RESULT_TIERS", "Evaluation", "Gold", "evaluate", "read_gold", "read_records"]
