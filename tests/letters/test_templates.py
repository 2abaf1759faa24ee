"""Templates: drafted, approved from a day, in force for an office and a language, taken out."""

import datetime

import pytest
from django.db import InternalError, transaction
from django.db.utils import DatabaseError

from boligsak.letters import registry
from boligsak.letters.models import Template, TemplateState
from boligsak.letters.queries import templates as query
from boligsak.letters.services import templates as services
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory

DAY = datetime.date(2026, 11, 23)
NEXT = datetime.date(2026, 12, 1)
KIND = "preliminary-answer"
BODY = "Vi fikk søknaden {received_on}.\n\n{why}\n\nDu får svar innen {expected_on}."

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="administrator")


def drafted(by, *, office=None, language="nb", body=BODY, title="Foreløpig svar") -> Template:
    row = services.new_version(KIND, language, office.pk if office else None, by=by, on=DAY)
    return services.change_draft(row.pk, title=title, body=body, note="", by=by)


def approved(by, *, valid_from=DAY, **more) -> Template:
    row = drafted(by, **more)
    return services.approve(row.pk, valid_from=valid_from, by=by, on=DAY)


def refused(code: str, do, **facts: object) -> None:
    with pytest.raises(RuleBroken) as broken:
        do()
    assert broken.value.code == code
    assert facts.items() <= broken.value.facts.items()


def test_a_new_version_begins_with_the_one_in_use(by) -> None:
    before = query.in_force(KIND, "nb", None, DAY)
    row = services.new_version(KIND, "nb", None, by=by, on=DAY)
    assert (row.body, row.title, row.number) == (before.body, before.title, before.number + 1)
    assert row.state == TemplateState.DRAFT


def test_an_office_begins_with_the_common_one(by) -> None:
    office = OfficeFactory()
    row = services.new_version(KIND, "nb", office.pk, by=by, on=DAY)
    assert row.body == query.in_force(KIND, "nb", None, DAY).body
    assert row.number == 1


def test_there_is_one_draft_at_a_time(by) -> None:
    row = services.new_version(KIND, "nb", None, by=by, on=DAY)
    refused(
        "template.draft_exists",
        lambda: services.new_version(KIND, "nb", None, by=by, on=DAY),
        id=row.pk,
    )


def test_a_draft_may_lack_what_the_law_asks_for_but_is_not_approved(by) -> None:
    row = drafted(by, body="Vi har fått søknaden din.")
    refused("template.lacks", lambda: services.approve(row.pk, valid_from=DAY, by=by, on=DAY))
    row.refresh_from_db()
    assert row.state == TemplateState.DRAFT


def test_what_is_lacking_is_told_with_its_section(by) -> None:
    row = drafted(by, body="Svar innen {expected_on}.")
    with pytest.raises(RuleBroken) as broken:
        services.approve(row.pk, valid_from=DAY, by=by, on=DAY)
    assert [section for _, section in broken.value.facts["fields"]] == ["fvl. § 11 a andre ledd"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Hei {nobody}", "template.unknown_field"),
        ("Hei {why", "template.brace"),
        ("Fordi {why}", "template.not_alone"),
        ("  ", "template.empty"),
    ],
)
def test_a_text_that_cannot_be_filled_is_not_saved(by, body: str, code: str) -> None:
    row = services.new_version(KIND, "nb", None, by=by, on=DAY)
    refused(code, lambda: services.change_draft(row.pk, title="x", body=body, note="", by=by))


def test_the_second_of_two_who_write_at_once_is_told(by) -> None:
    row = services.new_version(KIND, "nb", None, by=by, on=DAY)
    services.change_draft(row.pk, title="A", body=BODY, note="", by=by, version=1)
    refused(
        "template.changed",
        lambda: services.change_draft(row.pk, title="B", body=BODY, note="", by=by, version=1),
        version=2,
    )


def test_a_letter_is_written_from_the_version_whose_day_has_come(by) -> None:
    now = query.in_force(KIND, "nb", None, DAY)
    later = approved(by, valid_from=NEXT)
    day_before = NEXT - datetime.timedelta(days=1)
    assert query.in_force(KIND, "nb", None, day_before) == now
    assert query.in_force(KIND, "nb", None, NEXT) == later


def test_a_template_is_not_dated_back(by) -> None:
    row = drafted(by)
    yesterday = DAY - datetime.timedelta(days=1)
    refused(
        "template.back_dated",
        lambda: services.approve(row.pk, valid_from=yesterday, by=by, on=DAY),
        today=DAY,
    )


def test_one_version_begins_on_a_day(by) -> None:
    approved(by, valid_from=NEXT)
    row = drafted(by)
    refused(
        "template.one_a_day",
        lambda: services.approve(row.pk, valid_from=NEXT, by=by, on=DAY),
        day=NEXT,
    )


def test_an_approved_version_is_never_changed(by) -> None:
    row = approved(by)
    refused(
        "template.not_a_draft",
        lambda: services.change_draft(row.pk, title="x", body=BODY, note="", by=by),
    )
    for change in ({"body": "Annet"}, {"title": "Annet"}, {"valid_from": NEXT}, {"state": "draft"}):
        with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
            Template.objects.filter(pk=row.pk).update(**change)
    with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
        Template.objects.filter(pk=row.pk).delete()


def test_a_character_that_no_font_has_is_found_before_it_is_approved(by) -> None:
    row = drafted(by, body=BODY + "\n\nVelkommen 😀")
    refused(
        "letter.unprintable",
        lambda: services.approve(row.pk, valid_from=DAY, by=by, on=DAY),
        character="😀",
    )


# --- Which one is in force --------------------------------------------------------------------


def test_an_offices_own_goes_before_the_common_one(by) -> None:
    office, other = OfficeFactory(), OfficeFactory()
    own = approved(by, office=office)
    assert query.in_force(KIND, "nb", office.pk, DAY) == own
    assert query.in_force(KIND, "nb", other.pk, DAY).office_id is None


def test_an_older_own_goes_before_a_newer_common_one(by) -> None:
    office = OfficeFactory()
    own = approved(by, office=office)
    approved(by, valid_from=NEXT)
    assert query.in_force(KIND, "nb", office.pk, NEXT) == own


def test_the_readers_language_goes_before_the_offices_own(by) -> None:
    office = OfficeFactory()
    approved(by, office=office)
    found = query.in_force(KIND, "nn", office.pk, DAY)
    nynorsk = Template.objects.filter(kind=KIND, language="nn").exists()
    assert found.language == ("nn" if nynorsk else "nb")


def test_without_the_language_it_is_bokmal(by) -> None:
    Template.objects.filter(kind=KIND).exclude(language="nb").exists()
    assert query.in_force("notice-warning_a", "en", None, DAY).language == "nb"


def test_a_draft_is_never_in_force(by) -> None:
    row = drafted(by)
    assert query.in_force(KIND, "nb", None, DAY) != row


def test_before_the_first_day_there_is_none() -> None:
    refused(
        "template.missing",
        lambda: query.in_force(KIND, "nb", None, datetime.date(2000, 1, 1)),
        kind=KIND,
    )


# --- Out of use -------------------------------------------------------------------------------


def test_an_offices_own_is_taken_out_of_use_with_all_its_versions(by) -> None:
    office = OfficeFactory()
    approved(by, office=office)
    newer = approved(by, office=office, valid_from=NEXT)
    assert len(services.retire(newer.pk, by=by, on=DAY)) == 2
    assert query.in_force(KIND, "nb", office.pk, NEXT).office_id is None
    newer.refresh_from_db()
    assert (newer.state, newer.retired_by, newer.retired_on) == (TemplateState.RETIRED, by, DAY)


def test_the_common_one_in_bokmal_is_always_in_use(by) -> None:
    row = approved(by)
    refused("template.last_one", lambda: services.retire(row.pk, by=by, on=DAY))


def test_a_draft_is_thrown_away_and_an_approved_version_is_not(by) -> None:
    row = drafted(by)
    services.drop_draft(row.pk)
    assert not Template.objects.filter(pk=row.pk).exists()
    kept = approved(by)
    refused("template.not_a_draft", lambda: services.drop_draft(kept.pk))


# --- What a version is compared with ----------------------------------------------------------


def test_a_version_is_compared_with_the_one_before(by) -> None:
    first = query.in_force(KIND, "nb", None, DAY)
    assert query.before(drafted(by)) == first


def test_an_offices_first_is_compared_with_the_common_one(by) -> None:
    office = OfficeFactory()
    assert query.before(drafted(by, office=office)) == query.in_force(KIND, "nb", None, DAY)


def test_every_line_of_the_list_says_what_is_in_use_and_what_comes(by) -> None:
    approved(by, valid_from=NEXT)
    drafted(by)
    (line,) = [one for one in query.lines(DAY) if (one.kind, one.language) == (KIND, "nb")]
    assert line.in_use is not None
    assert line.coming is not None
    assert line.draft is not None
    assert line.in_use.number < line.coming.number < line.draft.number
    assert {one.kind for one in query.lines(DAY)} == {one.code for one in registry.kinds()}
