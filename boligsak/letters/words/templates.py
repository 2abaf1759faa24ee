"""Templates and writing letters in words: states, refusals and how each is mended."""

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.letters import registry
from boligsak.letters.models import Language, Template, TemplateState
from boligsak.rule import RuleBroken
from boligsak.show import day

_SENTENCES: dict[str, Promise] = {
    "template.empty": gettext_lazy("The template has no text."),
    "template.brace": gettext_lazy(
        "Line %(line)s: a brace is alone. A field is written {name}, in small letters without "
        "spaces. For a brace that is to be seen, write it twice."
    ),
    "template.unknown_field": gettext_lazy(
        "Line %(line)s: this kind of letter has no field {%(field)s}. See the list of fields."
    ),
    "template.not_alone": gettext_lazy(
        "Line %(line)s: {%(field)s} is more than a few words. Let it stand alone on its line."
    ),
    "template.no_title": gettext_lazy("Write a title."),
    "template.title_field": gettext_lazy(
        "The title stands in the journal, which is public, so it holds no fields. Take the braces "
        "out."
    ),
    "template.lacks": gettext_lazy(
        "The template leaves out what the law asks for: %(fields)s. Put it in before you approve."
    ),
    "template.back_dated": gettext_lazy(
        "A template is used from today, %(today)s, at the earliest: letters have been written from "
        "the one before."
    ),
    "template.one_a_day": gettext_lazy(
        "Another version is used from %(day)s. Choose another day for this one."
    ),
    "template.not_a_draft": gettext_lazy(
        "This version has been approved or thrown away, so it cannot be changed. Make a new "
        "version."
    ),
    "template.changed": gettext_lazy(
        "Somebody else has changed the draft since you opened it. What you wrote is still here: "
        "compare it with the draft, and save again."
    ),
    "template.draft_exists": gettext_lazy(
        "There is a draft of this template already. Go on with that one."
    ),
    "template.not_in_use": gettext_lazy("This version is not in use."),
    "template.last_one": gettext_lazy(
        "The general template in bokmål is what all others fall back on, so it is always in use. "
        "Make a new version instead."
    ),
    "template.missing": gettext_lazy(
        "There is no template for “%(kind)s” that is in use on %(day)s. Somebody with access to "
        "the administration must approve one."
    ),
    "template.field_missing": gettext_lazy(
        "The letter lacks what it must say: %(fields)s. Fill it in, or have the template mended."
    ),
    "letter.unprintable": gettext_lazy(
        "The character %(character)s cannot be printed in a letter. Take it out or write it "
        "another way."
    ),
}


def knows(code: str) -> bool:
    """Whether `refusal` has a sentence for it."""
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    """Why no letter could be written, or no template saved, and how to mend it."""
    facts = dict(broken.facts)
    if broken.code == "template.lacks":
        facts["fields"] = ", ".join(f"{label} ({section})" for label, section in facts["fields"])
    if broken.code == "template.field_missing":
        facts["fields"] = ", ".join(facts["fields"])
    if "kind" in facts:
        facts["kind"] = kind_name(facts["kind"])
    for name in ("day", "today"):
        if name in facts:
            facts[name] = day(facts[name])
    return str(_SENTENCES[broken.code]) % facts


def kind_name(code: str) -> str:
    return capfirst(str(registry.kind(code).label)) if registry.known(code) else code


def language_name(code: str) -> str:
    return str(Language(code).label)


def office_name(template: Template) -> str:
    return str(template.office) if template.office_id else _("All offices")


def state_tag(template: Template, in_use_id: int | None) -> dict[str, str]:
    """Where a version stands: the one letters are written from today, and the others."""
    if template.state == TemplateState.DRAFT:
        return {"text": _("Draft"), "color": "info"}
    if template.state == TemplateState.RETIRED:
        return {"text": _("Out of use"), "color": "neutral"}
    if template.pk == in_use_id:
        return {"text": _("In use"), "color": "success"}
    return {"text": _("Approved"), "color": "neutral"}
