"""Scores records against gold."""
