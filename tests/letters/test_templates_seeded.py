"""The templates a new installation starts with."""

import datetime
import io

import pikepdf
import pytest

from boligsak.letters import registry
from boligsak.letters.models import Language, Template, TemplateState
from boligsak.letters.queries.templates import in_force
from boligsak.letters.rules.templates import check_text, check_title, lacking
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.writing import preview
from tests.factories import OfficeFactory, UserFactory

DAY = datetime.date(2026, 11, 23)
TO = NewParty("recipient", "Čáhppe Ánne Ørjasæter", "Innherredsveien 3\n7043 Trondheim")
CODES = sorted(kind.code for kind in registry.kinds())

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", CODES)
def test_every_kind_has_a_template_in_bokmal(code: str) -> None:
    assert in_force(code, Language.BOKMAL, None, DAY).state == TemplateState.APPROVED


@pytest.mark.parametrize("code", CODES)
def test_what_is_seeded_holds_what_the_law_asks_for_and_no_field_of_others(code: str) -> None:
    kind = registry.kind(code)
    for row in Template.objects.filter(kind=code):
        check_title(row.title)
        check_text(row.body, registry.shapes(kind))
        assert lacking(row.body, [one.name for one in kind.required]) == []


@pytest.mark.parametrize("code", CODES)
def test_every_kind_can_be_set_with_its_examples(code: str) -> None:
    office, user = OfficeFactory(), UserFactory()
    languages = Template.objects.filter(kind=code).values_list("language", flat=True)
    for language in sorted(set(languages)):
        made = preview(
            code,
            reference="2026-00001",
            fields=registry.examples(registry.kind(code)),
            to=TO,
            office_id=office.pk,
            language=language,
            by=user,
            on=DAY,
        )
        with pikepdf.open(io.BytesIO(made)) as document:
            assert len(document.pages) >= 1
