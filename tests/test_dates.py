"""Dates as people and services write them, and the ISO dates they become."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.dates import iso_date, iso_of_datetime, iso_of_number

WRITTEN = {
    # e-mail dates: arXiv's snapshot, OAI and RSS
    "Mon, 2 Apr 2007 14:10:13 GMT": "2007-04-02T14:10:13Z",
    "Sat, 31 Mar 2007 02:26:18 +0200": "2007-03-31T02:26:18+02:00",
    "Mon, 30 Jun 2025 00:00:00 -0400": "2025-06-30",
    "Mon, 31 Feb 2007 10:00:00 GMT": "2007",
    "Mon, 2 Apr 2007 14:10:13 +9999": "2007-04-02",
    # ISO 8601
    "2024": "2024",
    "2024-02": "2024-02",
    "2024-02-29": "2024-02-29",
    "2022-02-24T15:05:19Z": "2022-02-24T15:05:19Z",
    "2022-02-24 15:05:19": "2022-02-24T15:05:19",
    "2025-03-14T00:00:00.000Z": "2025-03-14",
    "20240131": "2024-01-31",
    "20190506T101112Z": "2019-05-06T10:11:12Z",
    "2024-01-01T99:99:99": "2024-01-01",
    "2004-11-05/2004-11-07": "2004-11-05",
    # MEDLINE
    "2003 Nov": "2003-11",
    "2003 Nov 4": "2003-11-04",
    "2003 Nov-Dec": "2003-11",
    "2000 Dec-2001 Jan": "2000-12",
    "2010 Dec 29-31": "2010-12-29",
    "2003 Spring": "2003",
    # RIS
    "2015/03/02/": "2015-03-02",
    "2015/03//": "2015-03",
    "2015///Spring": "2015",
    # BibTeX: year, month and day
    "2005-oct": "2005-10",
    "2005-10-4": "2005-10-04",
    "2005-1~jan": "2005-01-01",
    "2005-October/November": "2005-10",
    # words
    "April 2nd, 2007": "2007-04-02",
    "29-31 Dec 2010": "2010-12-29",
    "30 Jun-2 Jul 2012": "2012-06-30",
    "Dec 1999/Jan 2000": "1999-12",
    "12 Sept. 2019": "2019-09-12",
    "Nov 3, 2019, 10:00 PM": "2019-11-03",
    # numbers that can be read in one way, and one that cannot
    "25/12/2024": "2024-12-25",
    "12/25/2024": "2024-12-25",
    "10/2005": "2005-10",
    "3/4/2020": "2020",
    "2015.0": "2015",
    "1998-1999": "1998",
    # what no calendar has
    "2025-13-45": "2025",
    "2025-02-30": "2025",
    "2003-05-00": "2003-05",
    "2003-00-00": "2003",
    # no date
    "Sep 18": None,
    "0000-00-00": None,
    "9999-12-31": None,
    "in press": None,
    "20251345": None,
    "arXiv:2401.00001": None,
    "": None,
    " ": None,
    "2024 " * 40: None,
}


@pytest.mark.parametrize(("written", "iso"), WRITTEN.items())
def test_written_dates(written: str, iso: str | None) -> None:
    assert iso_date(written) == iso
    assert iso_date(f"  {written}\n") == iso
    assert iso_date(iso) == iso


def test_the_first_that_can_be_read_counts() -> None:
    assert iso_date(None, "", "to appear", "2003 Nov", "2004") == "2003-11"
    assert iso_date() is None


@pytest.mark.parametrize(
    ("number", "iso"),
    [
        (2024, "2024"), (2024.0, "2024"), (202401, "2024-01"), (20240131, "2024-01-31"),
        (1706372130500, "2024-01-27T16:15:30Z"), (1706372130, "2024-01-27T16:15:30Z"),
        (202499, None), (0, None), (-2024, None), (77, None), (10**20, None), (float("nan"), None), (float("inf"), None),
    ],
)  # fmt: skip
def test_numbers(number: float, iso: str | None) -> None:
    assert iso_of_number(number) == iso


def test_cells() -> None:
    assert iso_of_datetime(datetime.date(2024, 5, 6)) == "2024-05-06"
    assert iso_of_datetime(datetime.datetime(2024, 5, 6)) == "2024-05-06"
    assert iso_of_datetime(datetime.datetime(2024, 5, 6, 7, 8, tzinfo=datetime.UTC)) == "2024-05-06T07:08:00Z"
    assert iso_of_datetime(datetime.date(1, 1, 1)) is None


PIECES = [
    "2015",
    "1",
    "18",
    "13",
    "45",
    "may",
    "Dec",
    "-",
    "/",
    " ",
    ",",
    ":",
    "T",
    "Z",
    "GMT",
    "+0200",
    "10:30",
    "0000",
]


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_whatever_comes_is_a_real_date_or_none(text: str) -> None:
    date = iso_date(text)
    if date is not None:
        datetime.date.fromisoformat((date + "-01-01")[:10] if len(date) < 10 else date[:10])
        assert iso_date(date) == date
