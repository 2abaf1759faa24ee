"""Where the bars and curves stand."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.desk.charts import CHARACTER, INTERVALS, Moment, Point, bar_chart, line_chart, ticks


def bars(*values, **extra):
    points = [Point(f"p{place}", value, str(value)) for place, value in enumerate(values)]
    return bar_chart(points, key="k", title="t", unit="u", **extra)


def curve(*values, **extra):
    moments = [Moment(place, value, f"d{place}", str(value)) for place, value in enumerate(values)]
    return line_chart(moments, key="k", title="t", unit="u", tick=str, **extra)


amounts = st.lists(st.integers(-(10**9), 10**9), max_size=40)


@given(amounts)
def test_every_bar_stands_inside_the_drawing(values):
    chart = bars(*values)
    for bar in chart.bars:
        assert 0 <= bar.y <= bar.y + bar.height <= chart.height
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width


@given(amounts)
def test_a_bigger_value_never_has_a_shorter_bar(values):
    upright = sorted((abs(v), bar.height) for v, bar in zip(values, bars(*values).bars, strict=True)
                     if v > 0)  # fmt: skip
    heights = [height for _value, height in upright]
    assert heights == sorted(heights)


@given(amounts, st.booleans())
def test_a_curve_stays_inside_the_drawing(values, step):
    chart = curve(*values, step=step)
    assert all(0 <= line.y <= chart.height for line in chart.grid)
    for move in re.findall(r"[A-Z][\d ]*", chart.line):
        numbers = [int(part) for part in move[1:].split()]
        limit = chart.height if move[0] == "V" else chart.width
        assert all(0 <= number <= limit for number in numbers)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**12))
def test_the_lines_of_a_grid_are_round_few_and_hold_the_values(low, span):
    lines = ticks(low, low + span)
    assert lines[0] <= low <= low + span <= max(lines[-1], low + 1)
    assert len(lines) <= INTERVALS + 1
    assert int(str(lines[1] - lines[0]).rstrip("0") or 0) in (1, 2, 5)


def test_a_small_value_is_seen_beside_a_big_one():
    assert bars(1, 1_000_000).bars[0].height == 2


def test_a_value_of_nought_has_no_bar():
    assert bars(0, 5).bars[0].height == 0


def test_the_axis_of_bars_is_never_cut():
    chart = bars(900, 1000)
    assert chart.bars[0].height / chart.bars[1].height == pytest.approx(0.9, abs=0.02)


def test_a_target_above_every_bar_is_inside_the_drawing():
    chart = bars(1, 2, target=(10, "Target 10"))
    assert chart.target is not None
    assert chart.target.y < min(bar.y for bar in chart.bars)


def test_a_balance_holds_until_the_next_movement():
    assert re.fullmatch(r"M0 \d+H\d+V\d+H\d+", curve(0, 100, 100).line)


def test_credit_is_drawn_under_the_base_line():
    chart = curve(-500, 1000)
    assert chart.base < chart.height - 30
    assert "0" in [line.text for line in chart.grid]


def test_the_first_and_the_last_day_are_always_named():
    names = [label.text for label in curve(*range(100)).labels]
    assert (names[0], names[-1]) == ("d0", "d99")
    assert len(names) <= 6


@pytest.mark.parametrize("width", [120, 190, 320])
def test_no_label_runs_past_the_edge_of_the_drawing(width):
    months = [Point(f"nov {month}", month, str(month)) for month in range(10, 22)]
    chart = bar_chart(months, key="x", title="", unit="", width=width)
    named = [bar.middle for bar in chart.bars if bar.shows_label]
    half = len("nov 10") * CHARACTER // 2
    assert named
    assert half <= min(named)
    assert max(named) <= width - half


def test_crowded_labels_are_left_to_the_table():
    chart = bars(*range(60))
    assert sum(bar.shows_label for bar in chart.bars) < 20
    assert len(chart.rows) == 60


def test_a_chart_of_nothing_can_be_drawn():
    assert bars().bars == ()
    assert curve().line == ""


def test_bars_that_lead_somewhere_make_a_group_of_links():
    chart = bar_chart([Point("a", 1, "1", href="/x")], key="k", title="t", unit="u")
    assert chart.is_linked
    assert not bars(1).is_linked
