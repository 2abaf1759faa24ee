"""What is kept of the form that gives flags away is one set of caseworkers' and one language's."""

from django.utils.translation import override

from boligsak.desk.giving import giving
from boligsak.desk.queries.caseworkers import Caseworker

KARI = Caseworker(7, "Kari Nordmann", "Heimdal")
OLA = Caseworker(8, "Ola Dunk", "Lerkendal")


def test_only_the_caseworkers_a_reader_may_choose_are_offered():
    assert "Ola Dunk (Lerkendal)" in giving([KARI, OLA], back="/").controls
    assert "Ola Dunk" not in giving([KARI], back="/").controls


def test_a_caseworker_who_changes_name_is_offered_by_the_new_one():
    giving([KARI], back="/")
    assert "Kari Lie" in giving([KARI._replace(name="Kari Lie")], back="/").controls


def test_the_controls_speak_the_readers_language():
    with override("nb"):
        giving([KARI], back="/")
    with override("en"):
        assert "Give to caseworker" in giving([KARI], back="/").controls


def test_each_form_is_a_submission_of_its_own_and_returns_to_its_own_address():
    first, second = giving([KARI], back="/worklist/"), giving([KARI], back="/dashboard/")
    assert first.submission_id != second.submission_id
    assert (first.next, second.next) == ("/worklist/", "/dashboard/")
    assert "/worklist/" not in first.controls
