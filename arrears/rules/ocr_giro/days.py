"""DDMMYY as days, each parsed once: a file holds a hundred thousand dates and a handful of days."""

import datetime as dt

# The format has been in use since the 1980s: 70 to 99 are of the last century.
_FIRST_YEAR = 1970


class Days(dict[bytes, dt.date]):
    """Looks DDMMYY up as a day; a day that does not exist raises ValueError.

    Holds no more entries than there are days in a century.
    """

    def __missing__(self, written: bytes) -> dt.date:
        year = 1900 + int(written[4:6])
        if year < _FIRST_YEAR:
            year += 100
        day = self[written] = dt.date(year, int(written[2:4]), int(written[:2]))
        return day


def written(day: dt.date | None) -> bytes:
    """A day as DDMMYY, no day as zeros; ValueError for a year that two digits cannot tell."""
    if day is None:
        return b"000000"
    if not _FIRST_YEAR <= day.year < _FIRST_YEAR + 100:
        raise ValueError(day)
    return day.strftime("%d%m%y").encode("ascii")
