"""What amounts, days, levels and cells look like."""

import datetime as dt

import pytest
from django.utils import translation

from boligsak import dates, show

TODAY = dt.date(2026, 11, 20)
SPACE = "\u00a0"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-400, "400 days past the deadline"),
        (-2, "2 days past the deadline"),
        (-1, "1 day past the deadline"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (6, "in 6 days"),
        (1200, f"in 1{SPACE}200 days"),
    ],
)
def test_a_deadline_says_how_far_away_it_is(days, words):
    assert show.distance(TODAY + dt.timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("days", "words"), [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (-1, "today")]
)
def test_what_happened_says_how_long_ago(days, words):
    assert show.ago(TODAY - dt.timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("permille", "words"),
    [(0, "0,0"), (99, "0,0"), (1400, "1,4"), (1499, "1,4"), (12000, "12,0"), (-1250, "−1,2")],
)
def test_months_owed_are_cut_off_so_that_nobody_owes_more_than_they_do(permille, words):
    assert show.months(permille) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0"), (9_999, f"9{SPACE}999"), (10_000, f"10{SPACE}000"),
     (10_001, f"more than 10{SPACE}000")],
)  # fmt: skip
def test_hits_are_counted_to_ten_thousand(count, words):
    assert show.hits(count) == words


def test_nothing_is_shown_as_a_dash():
    shown = (show.kr(None), show.day(None), show.moment(None), show.number(None), show.months(None))
    assert set(shown) == {"–"}


def test_an_amount_of_nought_is_an_amount():
    assert show.kr(0) == f"0,00{SPACE}kr"


def test_an_instant_is_shown_on_oslos_clock():
    late = dt.datetime(2026, 11, 19, 23, 30, tzinfo=dt.UTC)
    assert (show.day(late), show.moment(late)) == ("20.11.2026", f"20.11.2026{SPACE}00.30")


def test_a_level_has_words_and_a_shape_beside_its_colour():
    shown = show.level(4)
    assert "Critical" in shown
    assert "#level-4" in shown
    assert 'aria-hidden="true"' in shown


def test_a_level_may_say_it_more_precisely():
    assert "Ask today" in show.level(3, "Ask today")


@pytest.mark.parametrize("value", [None, 0, 5, ""])
def test_what_is_no_level_shows_nothing(value):
    assert show.level(value) == ""


@pytest.mark.parametrize(("days", "state"), [(-1, "over"), (0, "soon"), (7, "soon"), (8, "later")])
def test_a_deadline_within_a_week_is_marked(days, state):
    assert f"deadline--{state}" in show.deadline(TODAY + dt.timedelta(days=days), TODAY)


def test_a_deadline_is_counted_from_the_oslo_day(monkeypatch):
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    assert show.distance(dt.date(2026, 11, 26)) == "in 6 days"


COLUMNS = [
    {"key": "name", "label": "Name", "header": True},
    {"key": "sum", "label": "Sum", "align": "end"},
]


def test_the_first_cell_may_name_its_row():
    assert show.cells(["Ola", "5"], COLUMNS).startswith(
        '<th scope="row" data-label="Name">Ola</th>'
    )


def test_every_part_of_a_cell_is_escaped():
    nasty = '"><script>alert(1)</script>'
    cell = {"text": nasty, "href": nasty, "sub": nasty, "class": nasty}
    shown = show.cells([cell, {"text": nasty, "tag": nasty}], COLUMNS)
    assert "<script" not in shown
    assert '=""' not in shown


def test_a_cell_shows_its_link_tag_and_second_line():
    shown = show.cells([{"text": "A", "href": "/a", "sub": "b"}, {"text": "New", "tag": "info"}],
                       COLUMNS)  # fmt: skip
    assert '<a class="ds-link" href="/a">A</a><span class="cell-sub">b</span>' in shown
    assert '<span class="ds-tag" data-color="info">New</span>' in shown


def test_a_row_must_have_as_many_cells_as_there_are_columns():
    with pytest.raises(ValueError, match="longer"):
        show.cells(["one"], COLUMNS)
