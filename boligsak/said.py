"""{% translate %} of words that stand in the template: looked up once for each language.

A page has sixty headings and labels, and looking each of them up takes longer than everything else
the template does with it. The other tags are Django's own. Template builtins, as `boligsak.show`:
a {% load i18n %} would bring Django's {% translate %} back.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class SaidNode(template.Node):
    """Says what a node says that depends on the language alone."""

    def __init__(self, node: template.Node) -> None:
        self.node = node
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = self.node.render(context)
        return said


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> template.Node:
    node: Any = i18n.do_translate(parser, token)
    is_constant = (
        _is_constant(node.filter_expression)
        and (node.message_context is None or _is_constant(node.message_context))
        and not node.asvar
    )
    return SaidNode(node) if is_constant else node


def _is_constant(words: FilterExpression) -> bool:
    """Words in quotes and nothing done with them. Such words are safe, whatever is escaped."""
    if words.filters:
        return False
    return not isinstance(words.var, Variable) or words.var.literal is not None
