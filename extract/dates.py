"""Dates as dumps write them, as ISO 8601: no more precise than the source, and never a day that it does not say.

The parsers of the standard library read whole instants (ISO 8601, RFC 2822). What is less than that ("2003 Nov-Dec",
"2015/03//", "2005-oct") is read here: the libraries for it fill what is missing with today's date.
"""

from __future__ import annotations

import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import regex

_MAX_LENGTH = 100  # characters; what is longer is no date
# The first printed papers are of the 1600s, and of books some are older; "0001" and "9999" stand for no date.
_FIRST_YEAR, _LAST_YEAR = 1400, 2199
_YEAR = r"(?<!\d)(?P<year>1[4-9]\d\d|2[01]\d\d)(?!\d)"
_MONTH = (
    r"(?<![^\W\d_])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![^\W\d_])"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(?<![\d:])\d{1,2}(?![\d:])(?:st|nd|rd|th)?"
_GAP = r"[\s,./~-]{0,4}"
# One day or month of a year; of a range ("30 Jun-2 Jul 2012", "Nov-Dec 2003") the first counts.
_POINT = rf"(?:(?P<before>{_DAY}){_GAP})?(?P<month>{_MONTH})(?:{_GAP}(?P<after>{_DAY}))?"
_REST = rf"(?:{_DAY}{_GAP})?(?:{_MONTH})?(?:{_GAP}{_DAY})?"
_WORDED = regex.compile(
    rf"{_YEAR}{_GAP}{_POINT}"
    rf"|(?:(?P<first>{_DAY})\s?[-–/]\s?)?{_POINT}(?:\s?[-–/]\s?{_REST})?{_GAP}{_YEAR}",
    regex.IGNORECASE,
)
_NUMBERS = regex.compile(
    rf"{_YEAR}[-/.](?P<month>\d{{1,2}})(?!\d)(?:[-/.](?P<day>\d{{1,2}})(?!\d))?"
    rf"|(?<![\d/.-])(?:(?P<one>\d{{1,2}})[-/.])?(?P<two>\d{{1,2}})[-/.]{_YEAR}"
)
# What may go to the parsers of instants: they also take what only looks like it ("Nov 3, 2019, 10:00 PM" as 10:00).
_ISO = regex.compile(r"\d{4}(-?)\d\d\1\d\d[T ]\d\d")
_MAIL = regex.compile(r"(?:[a-z]{3},\s*)?\d{1,2}\s[a-z]{3}\s(?:[12]\d)?\d\d\s+\d\d:\d\d", regex.IGNORECASE)
_ALONE = regex.compile(_YEAR)


def iso_date(*texts: str | None) -> str | None:
    """The first of the texts that is a date, as YYYY, YYYY-MM, YYYY-MM-DD or with a time of day; None for no date.

    A date that no calendar has ("2025-13-45") is its year alone, as is one that can be read in two ways ("3/4/2020").
    Midnight counts as no time of day: it is how services write a date without one.
    """
    for text in texts:
        if text and len(text) <= _MAX_LENGTH and (date := _read(text.strip())):
            return date
    return None


def iso_of_number(number: float) -> str | None:
    """The date behind a number: a year, YYYYMM, YYYYMMDD, or seconds or milliseconds since 1970."""
    if not 0 < number < 1e13:  # NaN, too
        return None
    if number >= 1e11:
        number /= 1000
    if number >= 1e9:  # from September 2001: what is smaller may be any number
        return iso_of_datetime(datetime.datetime.fromtimestamp(number, datetime.UTC).replace(microsecond=0))
    digits = str(int(number))
    if len(digits) == 4:
        return _calendar(int(digits))
    if len(digits) not in (6, 8):
        return None
    date = _calendar(int(digits[:4]), int(digits[4:6]), int(digits[6:] or 0))
    return date if date and date.replace("-", "") == digits else None  # else it is any number


def iso_of_datetime(moment: datetime.date) -> str | None:
    """A date or an instant as ISO 8601; its offset stays as it is given."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    if not isinstance(moment, datetime.datetime) or moment.time() == datetime.time():
        return f"{moment:%Y-%m-%d}"
    return moment.isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=4096)  # papers of one day or year stand together
def _read(text: str) -> str | None:
    if text.isascii() and text.isdigit():
        return iso_of_number(int(text))
    if date := _instant(text):
        return date
    if found := _WORDED.search(text):
        month = _MONTHS.index(found["month"][:3].lower()) + 1
        day = found["first"] or found["before"] or found["after"] or "0"
        return _calendar(int(found["year"]), month, int(day.rstrip("dhnrstDHNRST")))
    if found := _NUMBERS.search(text):
        year = int(found["year"])
        if found["month"]:
            return _calendar(year, int(found["month"]), int(found["day"] or 0))
        return _year_last(year, found["one"], int(found["two"]))
    found = _ALONE.search(text)
    return found["year"] if found else None


def _instant(text: str) -> str | None:
    try:
        if _ISO.match(text):
            return iso_of_datetime(datetime.datetime.fromisoformat(text))
        if _MAIL.match(text):
            return iso_of_datetime(parsedate_to_datetime(text))
    except (ValueError, OverflowError):  # no such day or hour
        pass
    return None


def _year_last(year: int, one: str | None, two: int) -> str | None:
    """`18/9/2015`, `9/18/2015` and `9/2015`; where day and month could change places, the year alone."""
    if one is None:
        return _calendar(year, two)
    first = int(one)
    if first > 12 or first == two:
        return _calendar(year, two, first)
    return _calendar(year, first, two) if two > 12 else _calendar(year)


def _calendar(year: int, month: int = 0, day: int = 0) -> str | None:
    """The date if the calendar has it, else its year; a month or day of zero is not known."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        datetime.date(year, month or 1, day or 1)
    except ValueError:
        return f"{year}"
    return f"{year}" if not month else f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"
