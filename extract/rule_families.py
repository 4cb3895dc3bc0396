"""Which ids the stages read, and what a rule needs there, so that a user's rule which would do nothing is refused.

A stage takes its rules by the beginning of their ids (a family) or by their whole ids, and never by `yields`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from extract.errors import RuleError

if TYPE_CHECKING:
    from extract.rulebook import Rule

_Groups = tuple[tuple[str, ...], ...]  # of each tuple one group must stand in the pattern


class _Family(NamedTuple):
    """A beginning of ids of which a stage takes every rule, and what such a rule cannot do without.

    `triggered`: a rule without triggers is never tried, and they are sought in the text in lower case.
    """

    prefix: str
    yields: str
    groups: _Groups = ()
    triggered: bool = True

    def holds(self, rule_id: str) -> bool:
        return rule_id == self.prefix or rule_id.startswith(self.prefix + ".")


_FAMILIES = (
    _Family("link", "link", (("repository", "doi"),)),
    _Family("method", "method", (("name",),)),
    _Family("dataset", "dataset", (("name", "list"),)),
    _Family("metric", "metric", (("name", "list"),)),
    _Family("beside-value", "metric", (("name",),), triggered=False),
    _Family("task", "task", (("name",),)),
    _Family("linking", "result", (("v",), ("m", "d", "x", "b", "t", "o", "c")), triggered=False),
    _Family("condition", "result", triggered=False),
    _Family("number.not", "none", (("span",),)),
)
_TRIGGERED = ("quantity.one-device", "status.code")  # read by their ids, and never tried without triggers
# An example that marks an address: what a link rule without a group finds is the address itself.
_ADDRESS = re.compile(r"\[\[(?:https?:// ?)?[\w-]+(?:\.[\w-]+)+")


def check(rule: Rule, shipped: Mapping[str, Rule]) -> None:
    """Raise `RuleError` for a rule of the user that no stage would use; `shipped` are ours by their ids."""
    ours = shipped.get(rule.id)
    family = next((f for f in _FAMILIES if f.holds(rule.id)), None)
    if ours is None:
        _check_new(rule, family, shipped)
    else:
        _check_override(rule, ours)
    if rule.pattern is not None:
        _check_groups(rule, family, ours)
        _check_triggers(rule, family, ours)


def _refused(rule: Rule, words: str) -> RuleError:
    return RuleError(f"{rule.source}: rule {rule.id!r} {words}")


def _check_new(rule: Rule, family: _Family | None, shipped: Mapping[str, Rule]) -> None:
    if family is None or family.yields != rule.yields:
        raise _refused(rule, _unread(rule, shipped))
    if rule.frame or rule.pattern is None:
        raise _refused(rule, "has frame = true, which is only for rules of ours; leave it out and give a pattern.")


def _unread(rule: Rule, shipped: Mapping[str, Rule]) -> str:
    """What to do about a new rule under whose id no stage reads what it yields."""
    prefixes = [f"'{f.prefix}.'" for f in _FAMILIES if f.yields == rule.yields]
    if prefixes:
        only = ""
        if rule.id.partition(".")[0] == "result":
            only = " (under 'result.' only the ids of ours can be overridden)"
        return f"yields {rule.yields} under an id that no stage reads{only}; let its id begin with {_or(prefixes)}."
    known = sorted({r.id.partition(".")[0] for r in shipped.values() if r.yields == rule.yields})
    if known:
        return (
            f"yields {rule.yields}, which no new rule can; override an id of ours, which "
            f"'paperfacts rules list {known[0]}' shows."
        )
    possible = sorted({f.yields for f in _FAMILIES})
    return f"yields {rule.yields}, which no stage reads from a rule; a new rule may yield {_or(possible)}."


def _check_override(rule: Rule, ours: Rule) -> None:
    if rule.yields != ours.yields:
        raise _refused(rule, f"of ours yields {ours.yields}; write yields = {ours.yields!r}, or choose another id.")
    if ours.pattern is None and rule.pattern is not None:
        raise _refused(
            rule, "of ours is code and has no pattern; write frame = true and no pattern, or choose another id."
        )
    if rule.pattern is None and ours.pattern is not None:
        raise _refused(rule, f"of ours has a pattern; give it one, or switch it off with off = [{rule.id!r}].")
    if rule.frame and not ours.frame:
        raise _refused(rule, "has frame = true, and the one of ours has not; leave it out.")


def _check_groups(rule: Rule, family: _Family | None, ours: Rule | None) -> None:
    """Every group that a stage asks for; an override may have those of the rule that it replaces instead."""
    assert rule.pattern is not None
    held = set(rule.pattern.groupindex)
    if ours is not None and ours.groups and ours.groups <= held:
        return
    needed: _Groups = family.groups if family else tuple((g,) for g in sorted(ours.groups)) if ours else ()
    missing = next((names for names in needed if held.isdisjoint(names)), None)
    if missing is None:
        return
    remedy = f"put (?P<{missing[0]}>...) around what it finds"
    if family is not None and family.prefix == "link":
        if any(map(_ADDRESS.search, rule.examples)):
            return
        remedy += ", or mark a whole address in its examples"
    raise _refused(rule, f"has no group {_or(missing)} in its pattern; {remedy}.")


def _check_triggers(rule: Rule, family: _Family | None, ours: Rule | None) -> None:
    if not (family.triggered if family else rule.id in _TRIGGERED) or (ours is not None and not ours.triggers):
        return
    if not rule.triggers:
        raise _refused(rule, "has no triggers, so that it is never tried; give lower-case words that its matches hold.")
    if all(trigger != trigger.lower() for trigger in rule.triggers):
        odd = rule.triggers[0]
        raise _refused(rule, f"has the trigger {odd!r}, which is never found; write it in lower case: {odd.lower()!r}.")


def _or(names: tuple[str, ...] | list[str]) -> str:
    """Names with commas and "or" between them."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
