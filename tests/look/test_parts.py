"""The parts that pages are made of."""

import re
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from boligsak.counted import NOUNS, counted

COLUMNS = [
    {"label": "Name", "sort": "name", "header": True},
    {"label": "Balance", "sort": "balance", "align": "end"},
]
ROWS = [{"cells": ["Ola", "5"], "id": "row-1", "value": 7, "name": "Ola"}]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def table(**extra):
    query = QueryDict("office=2&page=3")
    given = {"columns": COLUMNS, "rows": ROWS, "caption": "Leases", "query": query}
    return render_to_string("parts/_table.html", given | extra)


@pytest.mark.parametrize(
    ("sort", "state", "leads_to"),
    [("name", "ascending", "sort=-name"), ("-name", "descending", "sort=name"),
     ("", "none", "sort=name")],
)  # fmt: skip
def test_a_heading_sorts_and_says_how_it_sorts(sort, state, leads_to):
    shown = table(sort=sort)
    assert f'aria-sort="{state}"' in shown
    assert f"?office=2&amp;{leads_to}" in shown


def test_sorting_starts_again_from_the_first_page():
    assert "page=3" not in table()


def test_rows_can_be_chosen_for_a_form_elsewhere_on_the_page():
    shown = table(select="lease", form="bulk")
    assert 'name="lease" value="7"' in shown
    assert 'form="bulk" aria-label="Select Ola"' in shown


def test_a_row_can_be_come_back_to():
    assert '<tr id="row-1">' in table()


def test_an_empty_list_says_what_to_do():
    shown = table(rows=[], empty="Nobody owes anything.", empty_action={"label": "All", "url": "/"})
    assert "Nobody owes anything." in shown
    assert "<table" not in shown


def test_a_page_of_a_list_keeps_the_filters():
    query = QueryDict("office=2&page=3")
    shown = render_to_string(
        "parts/_pager.html",
        {"hits": 12_000, "noun": "leases", "query": query, "previous": 2, "next": 4, "number": 3},
    )
    assert "more than 10\u00a0000 leases" in shown
    assert 'href="?office=2&amp;page=2"' in shown
    assert 'href="?office=2&amp;page=4"' in shown


@pytest.mark.parametrize(
    ("hits", "said"), [(1, "1 lease"), (3, "3 leases"), (1_204, "1\u00a0204 leases")]
)
def test_what_stands_on_one_page_is_only_counted(hits, said):
    page = {"hits": hits, "noun": "leases", "first": 1, "last": min(hits, 50), "number": 1}
    shown = render_to_string("parts/_pager.html", page | {"query": QueryDict()})
    assert f'<p class="subtle">{said}</p>' in shown


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_every_noun_of_a_list_is_said_of_one_and_of_many(noun):
    assert counted(1, noun) != counted(2, noun)
    with translation.override("nb"):
        assert counted(2, noun) != f"2 {noun}"


def test_every_list_names_what_it_counts():
    named = re.compile(r'_pager\.html"[^%]* noun="([^"]+)"')
    for path in Path("templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count('"parts/_pager.html"') == len(named.findall(text)), path
        assert set(named.findall(text)) <= set(NOUNS), path


def test_an_export_holds_exactly_what_is_shown():
    query = QueryDict("office=2&sort=-name&page=3")
    shown = render_to_string("parts/_export.html", {"query": query})
    assert 'href="?office=2&amp;sort=-name&amp;export=csv"' in shown


def test_the_answer_that_renders_progress_again_swaps_the_status_by_the_title_too():
    job = {"id": 1, "title": "Import", "state": "running", "url": "/p", "page": "/import/1"}
    status = {"text": "kjører", "color": "info"}
    shown = render_to_string("parts/_progress.html", {"job": job, "status": status})
    assert shown.count('id="status" hx-swap-oob="true"') == 1
    assert "hx-swap-oob" not in render_to_string("parts/_progress.html", {"job": job})


@pytest.mark.parametrize(("state", "asks"), [("waiting", True), ("running", True), ("done", False),
                                             ("failed", False)])  # fmt: skip
def test_progress_is_asked_for_only_while_there_is_any(state, asks):
    job = {"id": 1, "title": "Import", "state": state, "done": 1, "total": 2, "url": "/p"}
    shown = render_to_string("parts/_progress.html", {"job": job | {"page": "/import/1"}})
    assert ('hx-trigger="every 1s"' in shown) is asks
    assert ('<a class="ds-link" href="/import/1">' in shown) is asks
