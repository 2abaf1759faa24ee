"""Calendar entries (RFC 5545) for meetings. They hold the office, the time and the place, and
nothing about anybody's case: calendars are read on telephones and by whole departments."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = 75  # octets, § 3.1
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting. `uid` never changes; `sequence` rises with every change of it, so a calendar
    takes the newer one. `stamp` is the instant the entry was made, in UTC."""

    uid: str
    sequence: int
    title: str
    place: str
    held_on: dt.date
    at_time: dt.time
    minutes: int
    is_cancelled: bool
    stamp: dt.datetime


def calendar(entries: Iterable[Entry], name: str) -> str:
    """The file, with the line ends and the folding that the standard asks for."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Boligsak//Boligsak//NO",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        *_ZONE.split("\n"),
    ]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: Entry) -> list[str]:
    start = dt.datetime.combine(entry.held_on, entry.at_time)
    end = start + dt.timedelta(minutes=entry.minutes)
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{entry.stamp:%Y%m%dT%H%M%S}Z",
        f"DTSTART;TZID=Europe/Oslo:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Oslo:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(entry.title)}",
        f"LOCATION:{_escaped(entry.place)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """The line in parts of at most 75 octets, never within a letter."""
    parts: list[str] = []
    part, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        # The blank that begins a continued line counts too.
        if octets + size > (_LINE if not parts else _LINE - 1):
            parts.append(part)
            part, octets = "", 0
        part += letter
        octets += size
    parts.append(part)
    return "\r\n ".join(parts)
