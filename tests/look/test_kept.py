"""Parts of a page that are made once for the values they are made of."""

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from boligsak import kept


def drawn(template: Template, **values: object) -> str:
    return template.render(Context(values))


def test_a_part_is_made_once_for_the_same_values() -> None:
    # `spare` is not named, as nothing that matters may be: it shows which of them was drawn.
    part = Template("{% kept query columns %}{{ columns.0.label }} {{ spare }}{% endkept %}")
    first = drawn(part, query=QueryDict("a=1"), columns=[{"label": "Name"}], spare="first")
    again = drawn(part, query=QueryDict("a=1"), columns=[{"label": "Name"}], spare="second")
    assert first == again == "Name first"


OTHERS = {
    "another number": {"value": 2},
    "text and not a number": {"value": "1"},
    "nothing": {"value": None},
    "a list": {"value": [1]},
    "the address": {"value": QueryDict("a=2")},
    "a lazy word": {"value": lazystr("other")},
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_value_is_another_part(name: str) -> None:
    part = Template("{% kept value %}[{{ value }}]{% endkept %}")
    drawn(part, value=1)
    drawn(part, value=QueryDict("a=1"))
    drawn(part, value=lazystr("one"))
    alone = Template("[{{ value }}]")
    assert drawn(part, **OTHERS[name]) == drawn(alone, **OTHERS[name])


def test_what_is_escaped_is_not_taken_for_what_is_not() -> None:
    part = Template("{% kept value %}{{ value }}{% endkept %}")
    assert drawn(part, value=mark_safe("<b>")) == "<b>"
    assert drawn(part, value="<b>") == "&lt;b&gt;"


def test_each_language_has_its_own() -> None:
    part = Template("{% kept value %}{% translate 'Table' %}{% endkept %}")
    with translation.override("en"):
        assert drawn(part, value=1) == "Table"
    with translation.override("nb"):
        assert drawn(part, value=1) == "Tabell"


def test_no_more_is_kept_than_there_is_room_for(monkeypatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    part = Template("{% kept value %}{{ value }}{% endkept %}")
    for number in range(10):
        assert drawn(part, value=number) == str(number)
    assert len(part.nodelist[0]._made) <= 3


def test_what_is_too_long_is_shown_and_not_kept(monkeypatch) -> None:
    monkeypatch.setattr(kept, "LONGEST", 3)
    part = Template("{% kept value %}{{ value }}{% endkept %}")
    assert drawn(part, value="long") == "long"
    assert not part.nodelist[0]._made


def test_a_part_made_of_nothing_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template("{% kept %}the same for ever{% endkept %}")
