"""Words that stand in a template, in the language of whoever reads the page."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.utils.translation import override

from boligsak.said import SaidNode


def compiled(source: str):
    return engines["django"].engine.from_string(source)


def said(source: str, language: str, **context: str) -> str:
    with override(language):
        return compiled(source).render(Context(context))


@pytest.mark.parametrize(
    "source", ["{% translate 'Tenancies' %}", '{% translate "Change" context "a guardian" %}']
)
def test_words_are_kept_for_each_language_by_itself(source: str) -> None:
    template = compiled(source)
    (node,) = template.nodelist
    assert isinstance(node, SaidNode)
    found = []
    for language in ("nb", "en", "nb", "en"):
        with override(language):
            found.append(template.render(Context()))
    assert found[:2] == found[2:]
    assert [said(source, "nb"), said(source, "en")] == found[:2]


def test_words_are_said_in_the_readers_language() -> None:
    assert said("{% translate 'Tenancies' %}", "nb") == "Leieforhold"
    assert said("{% translate 'Tenancies' %}", "en") == "Tenancies"


def test_words_that_differ_from_one_page_to_the_next_are_looked_up_each_time() -> None:
    source = "{% translate word %}{% translate 'Tenancies' as kept %}, {{ kept }}"
    assert said(source, "nb", word="Tenancies") == "Leieforhold, Leieforhold"
    assert said(source, "nb", word="<i>") == "&lt;i&gt;, Leieforhold"


def test_no_template_brings_the_slower_tag_back() -> None:
    (folder,) = settings.TEMPLATES[0]["DIRS"]
    loads = [path.name for path in Path(folder).rglob("*.html") if "load i18n" in path.read_text()]
    assert loads == []
