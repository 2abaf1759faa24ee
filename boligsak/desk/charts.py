"""The geometry of the small charts: numbers in, ready coordinates out. No Django, no colours.

Coordinates are whole units of the drawing (1 unit = 1 CSS pixel at full width), so no template
ever formats a number. parts/_chart_bar.html and parts/_chart_line.html draw what is returned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

# Inter at 13 px: the average width of a character, and the height one line of text takes.
CHARACTER = 7
# A bold digit, and the narrow sign between digits: by these 63 beside 63 does not read as 6363.
DIGIT, BETWEEN_DIGITS = 8, 3
LINE = 18
# Room for one line of text above the plot and one below it.
TOP = 24
BOTTOM = 28
# At most this many intervals between the horizontal lines: a chart is glanced at, not read.
INTERVALS = 4


@dataclass(frozen=True)
class Point:
    """One value to draw. `text`: the value as people read it; `href`: the rows it counts."""

    label: str
    value: int
    text: str
    href: str = ""
    tone: str = "accent"


class Moment(NamedTuple):
    """One value of a curve. `at`: any whole number that grows with time (a day's ordinal)."""

    at: int
    value: int
    label: str
    text: str


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    text: str
    text_y: int
    href: str
    tone: str
    shows_text: bool
    shows_label: bool


class GridLine(NamedTuple):
    """A horizontal line and its words; `minor` ones lose their words on a phone."""

    y: int
    text: str
    minor: bool = False


class Label(NamedTuple):
    """Words under the plot; `minor` ones give way on a phone. `anchor`: start, middle or end."""

    x: int
    text: str
    anchor: str
    minor: bool


class Row(NamedTuple):
    """The same value once more, in the table behind the chart."""

    label: str
    text: str
    href: str


@dataclass(frozen=True)
class BarChart:
    key: str
    title: str
    description: str
    unit: str
    width: int
    height: int
    base: int
    label_y: int
    bars: tuple[Bar, ...]
    target: GridLine | None
    rows: tuple[Row, ...]

    @property
    def is_linked(self) -> bool:
        """Whether any bar leads somewhere: then the drawing is a group of links, not an image."""
        return any(bar.href for bar in self.bars)


@dataclass(frozen=True)
class LineChart:
    key: str
    title: str
    description: str
    unit: str
    width: int
    height: int
    base: int
    label_y: int
    line: str
    area: str
    grid: tuple[GridLine, ...]
    labels: tuple[Label, ...]
    last_x: int
    last_y: int
    rows: tuple[Row, ...]


def bar_chart(
    points: Sequence[Point],
    *,
    key: str,
    title: str,
    unit: str,
    description: str = "",
    target: tuple[int, str] | None = None,
    width: int = 320,
    height: int = 180,
) -> BarChart:
    """Upright bars from a base line, the value over each, an optional dashed target line.

    `key` makes the ids of the drawing unique on its page; `unit` heads the numbers in the table.
    Values below zero hang under the base line. Labels that would touch are left to the table.
    """
    values = [point.value for point in points]
    if target is not None:
        values.append(target[0])
    low, high = _range(values)
    scale = _Scale(low, high, top=TOP, bottom=height - BOTTOM)
    slot = width // max(1, len(points))
    bar_width = max(2, min(56, slot * 7 // 10))
    named = _named([point.label for point in points], slot, width)
    every_text = _every_wide(max((_number_width(point.text) for point in points), default=0), slot)
    bars = []
    for place, point in enumerate(points):
        middle = slot * place + slot // 2
        end, base = scale.y(point.value), scale.y(0)
        # A value that is not nought is always seen, however small beside the others.
        tall = max(abs(base - end), 2 if point.value else 0)
        y = base - tall if point.value >= 0 else base
        bars.append(
            Bar(
                x=middle - bar_width // 2,
                y=y,
                width=bar_width,
                height=tall,
                middle=middle,
                label=point.label,
                text=point.text,
                text_y=y - 6 if point.value >= 0 else y + tall + LINE - 4,
                href=point.href,
                tone=point.tone,
                shows_text=place % every_text == 0,
                shows_label=place in named,
            )
        )
    return BarChart(
        key=key,
        title=title,
        description=description,
        unit=unit,
        width=width,
        height=height,
        base=scale.y(0),
        label_y=height - 5,
        bars=tuple(bars),
        target=None if target is None else GridLine(scale.y(target[0]), target[1]),
        rows=tuple(Row(point.label, point.text, point.href) for point in points),
    )


def line_chart(
    moments: Sequence[Moment],
    *,
    key: str,
    title: str,
    unit: str,
    tick: Callable[[int], str],
    description: str = "",
    step: bool = True,
    width: int = 640,
    height: int = 180,
) -> LineChart:
    """A curve over time. With `step` a value holds until the next one, as a balance does.

    `tick` writes the value of a horizontal line. `moments` come in order of time.
    """
    low, high = _range([moment.value for moment in moments])
    lines = ticks(low, high)
    scale = _Scale(min(low, lines[0]), max(high, lines[-1]), top=TOP, bottom=height - BOTTOM)
    first = moments[0].at if moments else 0
    span = max(1, (moments[-1].at - first) if moments else 1)
    right = width - 8
    places = [((moment.at - first) * right // span, scale.y(moment.value)) for moment in moments]
    line = _path(places, step=step)
    base = scale.y(0)
    area = f"{line}V{base}H{places[0][0]}Z" if places else ""
    return LineChart(
        key=key,
        title=title,
        description=description,
        unit=unit,
        width=width,
        height=height,
        base=base,
        label_y=height - 5,
        line=line,
        area=area,
        # The base line speaks for itself unless the curve goes under it.
        grid=tuple(
            GridLine(
                scale.y(value),
                tick(value) if value or low < 0 else "",
                minor=value not in (lines[0], lines[-1]),
            )
            for value in lines
        ),
        labels=_time_labels(moments, [x for x, _y in places], right),
        last_x=places[-1][0] if places else 0,
        last_y=places[-1][1] if places else base,
        rows=tuple(Row(moment.label, moment.text, "") for moment in moments),
    )


def ticks(low: int, high: int) -> list[int]:
    """Round values from at or under `low` to at or over `high`, in at most four intervals or so.

    Always holds zero when low ≤ 0 ≤ high; a range of nothing gives [0, 1].
    """
    if low == high:
        high = low + 1
    step = 1
    while True:
        for factor in (1, 2, 5):
            size = step * factor
            start, end = low // size * size, -(-high // size) * size
            if (end - start) // size <= INTERVALS:
                return list(range(start, end + 1, size))
        step *= 10


@dataclass(frozen=True)
class _Scale:
    low: int
    high: int
    top: int
    bottom: int

    def y(self, value: int) -> int:
        span = max(1, self.high - self.low)
        return self.bottom - (value - self.low) * (self.bottom - self.top) // span


def _range(values: Sequence[int]) -> tuple[int, int]:
    """The lowest and the highest value, zero always among them: a cut axis lies."""
    low, high = min([0, *values]), max([0, *values])
    return (low, high) if high > low else (0, 1)


def _named(labels: Sequence[str], slot: int, width: int) -> range:
    """The places that show their label: every n-th, so that none touches its neighbour, from the
    first to the last that has room within the drawing."""
    widest = max((len(label) for label in labels), default=0) * CHARACTER
    every = _every_wide(widest, slot)
    if every == 1:
        return range(len(labels))
    half, first = -(-widest // 2), slot // 2
    start = max(0, -(-(half - first) // slot))
    stop = (width - half - first) // slot + 1
    return range(start, min(stop, len(labels)), every)


def _every_wide(widest: int, slot: int) -> int:
    return max(1, -(-widest // max(1, slot)))


def _number_width(text: str) -> int:
    return sum(DIGIT if sign.isdigit() else BETWEEN_DIGITS for sign in text)


def _path(places: Sequence[tuple[int, int]], *, step: bool) -> str:
    if not places:
        return ""
    parts = [f"M{places[0][0]} {places[0][1]}"]
    for (_x, before), (x, y) in pairwise(places):
        if not step:
            parts.append(f"L{x} {y}")
        elif y == before:
            parts.append(f"H{x}")
        else:
            parts.append(f"H{x}V{y}")
    return "".join(parts)


def _time_labels(moments: Sequence[Moment], places: Sequence[int], right: int) -> tuple[Label, ...]:
    """The first and the last moment are always named; between them only those with room."""
    if not moments:
        return ()
    if len(moments) == 1:
        return (Label(places[0], moments[0].label, "start", minor=False),)
    last = Label(places[-1], moments[-1].label, "end", minor=False)
    labels = [Label(places[0], moments[0].label, "start", minor=False)]
    gap = CHARACTER * 3
    free_from = places[0] + len(moments[0].label) * CHARACTER + gap
    free_to = right - len(moments[-1].label) * CHARACTER - gap
    # Four between the ends at most, however many there is room for.
    apart = next_x = right // 5
    for moment, x in zip(moments[1:-1], places[1:-1], strict=True):
        half = len(moment.label) * CHARACTER // 2
        if x >= next_x and x - half >= free_from and x + half <= free_to:
            labels.append(Label(x, moment.label, "middle", minor=True))
            free_from, next_x = x + half + gap, x + apart
    return (*labels, last)
