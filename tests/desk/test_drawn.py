"""What is written in Python for the dashboard and the curve is as safe as a template."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from boligsak.desk.charts import Moment, line_chart
from boligsak.desk.flag_lines import FlagLine
from boligsak.desk.rows import DeadlineLine, WorkLine
from boligsak.desk.templatetags.drawn import member_items, party_items

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


def flag(**fields) -> FlagLine:  # type: ignore[no-untyped-def]
    usual = {
        "lease_id": 2,
        "anchor": "f1",
        "select": "1.1",
        "kind": "arrears",
        "since": "Arrears · since 01.11.2026",
        "level": 2,
        "why": "Owes",
        "owner": "Ola Vik",
    }
    return FlagLine(**usual | fields)


def flags_drawn(*flags: FlagLine, **more: str) -> str:
    return render_to_string("desk/_flags.html", {"flags": flags, **more})


@pytest.mark.parametrize("field", ["anchor", "select", "kind", "since", "why", "owner"])
def test_nothing_in_a_flag_becomes_markup(field: str) -> None:
    page = flags_drawn(flag(**{field: EVIL}), select="flag", form="assign")
    assert "<script" not in page
    assert SAFE in page


def test_a_flag_that_stands_alone_is_ticked_and_one_of_several_is_not() -> None:
    assert " checked" in flags_drawn(flag(), select="flag", form="assign")
    assert " checked" not in flags_drawn(flag(), flag(anchor="f2"), select="flag", form="assign")
    assert "<input" not in flags_drawn(flag())


def test_a_flag_that_nobody_has_says_so_where_it_can_be_given_away() -> None:
    assert "Ingen har det" in flags_drawn(flag(owner=""))
    assert "Ingen har det" not in flags_drawn(flag(owner="", select=""))


def test_a_flags_history_is_folded_away() -> None:
    happened = {"when": "01.11.2026", "what": EVIL, "text": "", "who": "Ola Vik"}
    page = flags_drawn(flag(history=[happened]))
    assert "<details" in page
    assert SAFE in page
    assert "<details" not in flags_drawn(flag())


def party(**fields: object) -> dict[str, object]:
    usual = {"href": "/people/1/", "name": "Kari Moe", "role": "", "phone": "", "is_dead": False}
    return usual | fields


@pytest.mark.parametrize("field", ["href", "name", "role", "phone"])
def test_nothing_in_a_party_becomes_markup(field: str) -> None:
    page = party_items([party(**{field: EVIL})])
    assert "<script" not in page
    assert SAFE in page


def test_a_party_is_called_without_spaces_and_found_from_where_one_came() -> None:
    page = party_items([party(phone="900 12 345", is_dead=True)], "?back=/leases/2/")
    assert 'href="tel:90012345">900 12 345' in page
    assert 'href="/people/1/?back=/leases/2/"' in page
    assert "død" in page


def test_a_member_has_an_age_where_it_is_known() -> None:
    child = {"href": "/people/2/", "name": EVIL, "age": "9 years"}
    page = member_items([child, {**child, "name": "Per", "age": ""}], "?back=/")
    assert f"{SAFE}</a>, 9 years</div>" in page
    assert ">Per</a></div>" in page
