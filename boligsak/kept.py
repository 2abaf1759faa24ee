"""{% kept … %}: a part of a page that comes out the same for the same values, made once.

    {% kept query sort columns %} … {% endkept %}

A heading, a pager, a pair of links: a list has the same few all day, and drawing them takes as
long as drawing its rows. Everything that stands inside must follow from the values that are named,
and from the language, for the next reader is shown what was made for this one: never a token, and
never anything of a person. Template builtins, as `boligsak.show`: no {% load %} is needed.
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language

register = template.Library()

MOST_KEPT = 500
"""Of each part. Nothing is chosen when there are more: they are made again."""

LONGEST = 20_000
"""Characters. An address may be so long that what is made of it is asked for by one reader only."""


class KeptNode(template.Node):
    def __init__(self, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.values, self.nodelist = values, nodelist
        self._made: dict[Any, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (
            get_language(),
            context.autoescape,
            *(_key(value.resolve(context, ignore_failures=True)) for value in self.values),
        )
        made = self._made.get(key)
        if made is None:
            made = self.nodelist.render(context)
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            if len(made) <= LONGEST:
                self._made[key] = made
        return made


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    _name, *values = token.split_contents()
    if not values:
        raise template.TemplateSyntaxError("kept: name what the part is made of")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode([parser.compile_filter(value) for value in values], nodelist)


def _key(value: Any) -> Any:
    """What a value says, and not which object says it: lazy words are other words in the end."""
    if isinstance(value, QueryDict):
        return value.urlencode()
    if isinstance(value, Mapping):
        return tuple((name, _key(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(_key(one) for one in value)
    if value is None or type(value) is str:
        return value
    return str(value), isinstance(value, SafeData)
