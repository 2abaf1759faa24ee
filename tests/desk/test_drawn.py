"""What is written in Python for the dashboard and the curve is as safe as a template."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from boligsak.desk.charts import Moment, line_chart
from boligsak.desk.rows import DeadlineLine, WorkLine

DAY = dt.date(2026, 11, 23)
EVIL = "<script>\"&'"
SAFE = "&lt;script&gt;&quot;&amp;&#x27;"


def line(**fields) -> WorkLine:  # type: ignore[no-untyped-def]
    usual = {
        "flag_id": 1,
        "lease_id": 2,
        "select": "1.1",
        "anchor": "f1",
        "path": "/leases/2/",
        "number": "2026-00001",
        "is_masked": False,
        "who": "Kari Moe",
        "where": "Furuveien 1",
        "office": "Heimdal",
        "kind": "arrears",
        "level": 2,
        "why": "Owes",
        "also": "",
        "owed_ore": 100,
        "owner": "Ola Vik",
        "raised_on": DAY,
        "resolved_on": None,
    }
    return WorkLine(**usual | fields)


@pytest.mark.parametrize(
    "field", ["select", "anchor", "number", "who", "where", "office", "kind", "why", "owner"]
)
def test_nothing_in_a_line_becomes_markup(field: str) -> None:
    facts = {"lines": [line(**{field: EVIL})], "select": "flag", "form": "f", "anchors": True}
    page = render_to_string("desk/_work.html", facts)
    assert "<script" not in page
    assert SAFE in page


def test_the_link_to_the_case_stays_a_link() -> None:
    link = mark_safe('<a href="/cases/1/">Case</a>')
    assert link in render_to_string("desk/_work.html", {"lines": [line(case=link)]})


def test_a_line_that_cannot_be_given_away_has_no_box_and_a_solved_one_its_day() -> None:
    page = render_to_string("desk/_work.html", {"lines": [line(select="")], "select": "flag"})
    assert "work__select" in page
    assert "<input" not in page
    page = render_to_string("desk/_work.html", {"lines": [line(resolved_on=DAY)]})
    assert "23.11.2026" in page
    assert "Ola Vik" not in page


def test_the_owner_is_left_out_where_everything_is_one_s_own() -> None:
    page = render_to_string("desk/_work.html", {"lines": [line()], "no_owner": True})
    assert "Ola Vik" not in page


@pytest.mark.parametrize("field", ["what", "who", "where", "href"])
def test_nothing_in_a_deadline_becomes_markup(field: str) -> None:
    usual = {"what": "x", "who": "x", "where": "x", "href": "/x/"}
    due = DeadlineLine(on=DAY, is_legal=True, **usual | {field: EVIL})
    page = render_to_string("desk/_deadlines.html", {"deadlines": [due], "today": DAY})
    assert "<script" not in page
    assert SAFE in page
    assert "due--legal" in page


def test_a_curve_s_words_are_words() -> None:
    chart = line_chart(
        [Moment(at=1, value=0, label=EVIL, text="0"), Moment(at=9, value=500, label="b", text="5")],
        key="k",
        title="t",
        unit="u",
        tick=lambda value: f"{EVIL}{value}",
    )
    page = render_to_string("parts/_chart_line.html", {"chart": chart})
    assert "<script" not in page
    assert page.count(SAFE) > 2
    assert f'd="{chart.line}"' in page
