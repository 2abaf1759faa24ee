"""Calendar entries as RFC 5545 wants them."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.ics import Entry, calendar

ENTRY = Entry(
    uid="meeting-12@boligsak",
    sequence=3,
    title="Samarbeidsmøte – Heimdal",
    place="Rådhuset, rom 3; 2. etasje",
    held_on=dt.date(2026, 11, 25),
    at_time=dt.time(9, 30),
    minutes=90,
    is_cancelled=False,
    stamp=dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC),
)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_entry_says_when_and_where_on_oslos_clock() -> None:
    lines = unfolded(calendar([ENTRY], "Samarbeidsmøter"))
    assert "DTSTART;TZID=Europe/Oslo:20261125T093000" in lines
    assert "DTEND;TZID=Europe/Oslo:20261125T110000" in lines
    assert "LOCATION:Rådhuset\\, rom 3\\; 2. etasje" in lines
    assert "SEQUENCE:3" in lines
    assert "STATUS:CONFIRMED" in lines


def test_a_cancelled_meeting_says_so() -> None:
    text = calendar([replace(ENTRY, is_cancelled=True)], "")
    assert "STATUS:CANCELLED" in text


def test_a_meeting_over_midnight_ends_the_next_day() -> None:
    text = calendar([replace(ENTRY, at_time=dt.time(23, 30))], "")
    assert "DTEND;TZID=Europe/Oslo:20261126T010000" in text


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=300))
def test_no_line_is_longer_than_75_octets_and_nothing_is_lost(title: str) -> None:
    text = calendar([replace(ENTRY, title=title)], "x")
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"SUMMARY:{escaped}" in unfolded(text)
