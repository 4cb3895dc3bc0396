"""The tokenizer: every text comes back, words are cut at every border."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.tokenizer import Tokenizer

TOKENIZER = Tokenizer(spacy.blank("en").vocab)


@pytest.mark.parametrize(
    "text", ["", " ", "  a", "a  ", "a  b", "a\n\nb c", "82.9%/84.8", "É-ü x_y", " a  b   c \n", "\t"]
)
def test_the_text_comes_back(text: str) -> None:
    assert TOKENIZER(text).text == text


@given(st.text(alphabet="aB1 .-/%\n\té", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(text: str) -> None:
    assert TOKENIZER(text).text == text
    assert TOKENIZER(text).text == text  # from the cache


def test_words_are_cut_at_every_border() -> None:
    assert [t.text for t in TOKENIZER("COCO/ADE20K at 82.9%, (so)")] == [
        "COCO", "/", "ADE20K", "at", "82", ".", "9", "%", ",", "(", "so", ")",
    ]  # fmt: skip
