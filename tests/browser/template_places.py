"""Where the pages of templates stand: one that is in use, and a draft with something new in it."""

from boligsak.accounts.models import User
from boligsak.letters.models import Template, TemplateState
from boligsak.letters.services.templates import change_draft, new_version
from tests.browser.town import TODAY
from tests.browser.visits import ADMINISTRATOR, COORDINATOR, Visit

_KIND = "preliminary-answer"


def a_template() -> list[int]:
    rows = Template.objects.filter(kind=_KIND, language="nb", state=TemplateState.APPROVED)
    return [rows.order_by("pk").values_list("pk", flat=True)[0]]


def a_drafted_template() -> list[int]:
    found = Template.objects.filter(kind=_KIND, state=TemplateState.DRAFT).first()
    if found is None:
        by = User.objects.get(username="admin")
        found = new_version(_KIND, "nb", None, by=by, on=TODAY)
        change_draft(
            found.pk,
            title=found.title,
            body=found.body.replace("Vi er ikke ferdige", "Vi er dessverre ikke ferdige"),
            note="Vennligere",
            by=by,
        )
    return [found.pk]


ON_A_DRAFT_TEMPLATE = ("template", "template_edit", "template_approve", "template_drop")
ON_A_TEMPLATE = ("template", "template_retire")

VISITS = [
    Visit("letters:templates", COORDINATOR),
    Visit("letters:templates", ADMINISTRATOR),
    Visit("letters:template_new", ADMINISTRATOR),
    *(Visit(f"letters:{name}", ADMINISTRATOR, a_drafted_template) for name in ON_A_DRAFT_TEMPLATE),
    *(Visit(f"letters:{name}", ADMINISTRATOR, a_template) for name in ON_A_TEMPLATE),
]
