"""One pass over a text tells the same of all literals as looking for each of them."""

import random

from extract.stages.literals import Literals

WORDS = ("a", "ab", "ba", "a b", "a.b", "[a", "≤", "é", "b≤", "aa", "p\\l", "% ci")


def test_the_same_as_one_by_one() -> None:
    literals = Literals(WORDS)
    chance = random.Random(3)
    for _ in range(3000):
        text = "".join(chance.choices("aab .[≤é\\lpci%\ud800\n𝐀", k=chance.randint(0, 12)))
        assert literals.within(text) == [word for word in WORDS if word in text], repr(text)


def test_none_of_none() -> None:
    assert Literals(()).within("text") == []
    assert Literals(("a", "a")).within("a") == ["a"]
