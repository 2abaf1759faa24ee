"""Days. The only clock, the Oslo day, working days and the way deadlines are counted.

A day is a `datetime.date`. Periods are inclusive at both ends unless a name says otherwise.
"""

import calendar
import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from boligsak.rule import RuleBroken

OSLO = ZoneInfo("Europe/Oslo")

_ONE_DAY = dt.timedelta(days=1)
_SATURDAY = 5
_WORDS = {
    "i dag": 0,
    "idag": 0,
    "today": 0,
    "i går": -1,
    "igår": -1,
    "yesterday": -1,
    "i morgen": 1,
    "imorgen": 1,
    "i morgon": 1,
    "tomorrow": 1,
}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NORWEGIAN = re.compile(
    r"([0-9]{1,2})\s*[./\- ]\s*([0-9]{1,2})(?:\s*[./\- ]\s*([0-9]{4}|[0-9]{2}))?\.?"
)
_BARE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
# A two-digit year may lie this far ahead (a ten-year lease and some); the rest is the past.
_YEARS_AHEAD = 20


def now() -> dt.datetime:
    """This instant, aware, on Oslo's clock."""
    return dt.datetime.now(OSLO)  # the one place where the clock is read


def today() -> dt.date:
    """The day it is in Oslo, whatever the server's clock is set to."""
    return now().date()


def parse(text: str, today: dt.date) -> dt.date:
    """The day a person typed: "5.1.26", "05.01.2026", "2026-01-05", "050126", "i dag", "i morgen".

    Without a year ("5.1") it is the one nearest to `today`. Raises
    RuleBroken("date.unreadable", text=…), also for days that do not exist.
    """
    typed = " ".join(text.split()).casefold()
    if typed in _WORDS:
        return today + dt.timedelta(days=_WORDS[typed])
    if found := _ISO.fullmatch(typed):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    found = _NORWEGIAN.fullmatch(typed) or _BARE.fullmatch(typed)
    if found is None:
        raise RuleBroken("date.unreadable", text=text)
    day, month = int(found[1]), int(found[2])
    if found[3] is None:
        return _nearest(day, month, today, text)
    return _day(_year(found[3], today), month, day, text)


def _day(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise RuleBroken("date.unreadable", text=text) from None


def _year(digits: str, today: dt.date) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year - today.year % 100 + int(digits)
    if year > today.year + _YEARS_AHEAD:
        return year - 100
    if year <= today.year + _YEARS_AHEAD - 100:
        return year + 100
    return year


def _nearest(day: int, month: int, today: dt.date, text: str) -> dt.date:
    candidates = []
    for year in (today.year, today.year - 1, today.year + 1):
        try:
            candidates.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not candidates:
        raise RuleBroken("date.unreadable", text=text)
    return min(candidates, key=lambda candidate: abs(candidate - today))


def format_day(day: dt.date) -> str:
    """ "20.11.2026"."""
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


@lru_cache(maxsize=256)
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("NO", years=year))


def is_working_day(day: dt.date) -> bool:
    """Not a Saturday, a Sunday or a public holiday. 24 and 31 December are working days."""
    return day.weekday() < _SATURDAY and day not in _public_holidays(day.year)


def next_working_day(day: dt.date) -> dt.date:
    """The day itself when it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month `months` later (or earlier), else that month's last day.

    31 May + 3 months = 31 August; 31 January + 1 month = 28 or 29 February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def rent_due_day(agreed: dt.date) -> dt.date:
    """Husleieloven § 3-1: a due day on a Saturday, a Sunday, a holiday, 1 or 17 May moves to the
    next working day."""
    return next_working_day(agreed)


def deadline(start: dt.date, days: int, *, moves: bool) -> dt.date:
    """The last day of a deadline of `days` days that starts to run on `start` (not counted).

    Domstolloven § 149: a deadline that would end on a Saturday, a Sunday or a holiday moves to
    the next working day. `moves` is a choice the caller must make, for it only ever favours the
    tenant: it is False for the landlord's own deadlines and for the inkassovarsel's fourteen days.
    """
    last = start + dt.timedelta(days=days)
    return next_working_day(last) if moves else last


def first_day_after_waiting(sent_on: dt.date, days: int) -> dt.date:
    """The first day on which something may be done after a wait of `days` whole days.

    Sent 1 June with fourteen days to wait: the fourteenth ends with 15 June, so 16 June.
    """
    return sent_on + dt.timedelta(days=days + 1)
