"""The look-up log is read by people: every page that shows somebody has a name in it."""

from boligsak.accounts.words import PAGES
from tests.browser.places import all_names

SHOW_NOBODY = {
    "desk:home",
    "desk:figures",
    "desk:head_actions",
    "desk:head_actions_export",
    "desk:head_action_new",
    "desk:head_action",
    "desk:head_action_close",
    "arrears:imports",
    "arrears:import_new",
    "arrears:import_progress",
    "arrears:unplaced_search",
    "arrears:unplaced_return",
    "arrears:move_search",
    "arrears:visit_card",
    "arrears:emergency",
}


def test_every_page_that_shows_people_has_a_name_in_the_look_up_log():
    names = {name for name in all_names() if name.startswith(("desk:", "arrears:", "accounts:"))}
    assert names - SHOW_NOBODY - PAGES.keys() == set()


MEETINGS = {
    "meetings:meeting",
    "meetings:follow_up",
    "meetings:session_item",
    "meetings:minutes",
    "meetings:minutes_pdf",
}


def test_every_page_of_a_meeting_that_shows_people_has_a_name_too():
    assert MEETINGS - PAGES.keys() == set()


def test_the_log_names_no_page_that_is_gone():
    assert PAGES.keys() - all_names() == set()
