"""How amounts, days, levels and table cells look. Template builtins: no {% load %} is needed.

Everything here turns a value into text (or a few tags of HTML) in the reader's language; nothing
here asks the database. Amounts are øre, days are Oslo days.
"""

import datetime as dt
import html
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy

from boligsak import dates, money

register = template.Library()

NOTHING = "–"
# Lists are counted this far and no further; beyond it the reader should refine, not page on.
MOST_HITS = 10_000
# A deadline is "soon" when it falls within a week.
SOON_DAYS = 7

LEVEL_WORDS = {
    1: pgettext_lazy("level", "Early"),
    2: pgettext_lazy("level", "Follow up"),
    3: pgettext_lazy("level", "Serious"),
    4: pgettext_lazy("level", "Critical"),
}


def grouped(number: int) -> str:
    """12345 → "12 345", with no-break spaces and a real minus."""
    sign = money.MINUS if number < 0 else ""
    return sign + f"{abs(number):,}".replace(",", money.NO_BREAK_SPACE)


@register.filter
def kr(ore: int | None) -> str:
    """Øre as "12 345,00 kr"; a dash for no amount."""
    return money.format_kr(ore) if isinstance(ore, int) else NOTHING


@register.filter
def number(value: int | None) -> str:
    """A count with its thousands apart; a dash for no count."""
    return grouped(value) if isinstance(value, int) else NOTHING


@register.filter
def day(value: dt.date | None) -> str:
    """A day, or the Oslo day of an instant, as "20.11.2026"; a dash for no day."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = value.astimezone(dates.OSLO).date() if value.tzinfo else value.date()
    return dates.format_day(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """An instant on Oslo's clock as "20.11.2026 14.05"; a dash for none."""
    if not value:
        return NOTHING
    local = value.astimezone(dates.OSLO)
    return f"{dates.format_day(local.date())}{money.NO_BREAK_SPACE}{local:%H.%M}"


@register.filter
def distance(value: dt.date | None, today: dt.date | None = None) -> str:
    """How far away a deadline is: "in 6 days", "today", "2 days past the deadline"."""
    if not value:
        return ""
    days = (value - (today or dates.today())).days
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": grouped(days)}
    return ngettext("%(days)s day past the deadline", "%(days)s days past the deadline", -days) % {
        "days": grouped(-days)
    }


@register.filter
def ago(value: dt.date | None, today: dt.date | None = None) -> str:
    """How long ago something happened: "today", "yesterday", "6 days ago"."""
    if not value:
        return ""
    if isinstance(value, dt.datetime):
        value = value.astimezone(dates.OSLO).date()
    days = ((today or dates.today()) - value).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": grouped(days)}


@register.filter
def months(permille: int | None) -> str:
    """Thousandths of a monthly rent as months with one decimal, cut off: 1490 → "1,4".

    Cut off rather than rounded, so that nobody is said to owe more than they do.
    """
    if not isinstance(permille, int):
        return NOTHING
    tenths = abs(permille) // 100
    sign = money.MINUS if permille < 0 and tenths else ""
    return f"{sign}{tenths // 10},{tenths % 10}"


@register.filter
def hits(count: int) -> str:
    """A number of hits: "1 204", or "more than 10 000" when counting stopped there."""
    if count > MOST_HITS:
        return gettext("more than %(count)s") % {"count": grouped(MOST_HITS)}
    return grouped(count)


@cache
def _sprite() -> str:
    return static("dist/icons.svg")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite (static/src/icons.json). Decoration: the words stand beside it."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {extra}" if extra else "",
        _sprite(),
        name,
    )


@register.filter
def level(value: int | None, words: str = "") -> SafeString | str:
    """A level from 1 to 4 as words, shape and colour; `words` may say it more precisely."""
    if value not in LEVEL_WORDS:
        return ""
    return _level(value, str(words)) if words else _own_level(value, get_language() or "")


@lru_cache(maxsize=32)
def _own_level(value: int, language: str) -> SafeString:
    return _level(value, str(LEVEL_WORDS[value]))


@lru_cache(maxsize=256)
def _level(value: int, words: str) -> SafeString:
    # Kept: a worklist shows the same few levels fifty times over.
    return format_html(
        '<span class="level level--{}">{}{}</span>',
        value,
        icon(f"level-{value}"),
        words,
    )


@register.filter
def deadline(value: dt.date | None, today: dt.date | None = None) -> SafeString | str:
    """A deadline as its date and the distance to it, marked when it is near or over."""
    if not value:
        return NOTHING
    return _deadline(value, today or dates.today(), get_language() or "")


# A day's few deadlines stand on many pages.
@lru_cache(maxsize=256)
def _deadline(value: dt.date, today: dt.date, _language: str) -> SafeString:
    days = (value - today).days
    state = "over" if days < 0 else "soon" if days <= SOON_DAYS else "later"
    return format_html(
        '<span class="deadline deadline--{}"><time datetime="{}">{}</time> '
        '<span class="deadline__distance">{}</span></span>',
        state,
        value.isoformat(),
        dates.format_day(value),
        distance(value, today),
    )


@register.filter
def tag(text: str, color: str = "neutral") -> SafeString:
    """A status tag in one of the design system's colours."""
    return format_html('<span class="ds-tag" data-color="{}">{}</span>', color, text)


@register.filter
def cells(row: Iterable[Any], columns: Iterable[Mapping[str, Any]]) -> SafeString:
    """The cells of one table row, in the order of the columns (see parts/_table.html).

    A cell is a text or a dict with `text` and any of `href`, `tag` (colour), `level` (1–4), `sub`
    (a second, quieter line) and `class`. Written in Python because fifty rows of eight cells cost
    the template language three times as much as everything else on the page.
    """
    return mark_safe(_cells(row, _columns(columns)))  # noqa: S308 - every part is escaped


@register.simple_tag
def table_rows(
    rows: Iterable[Mapping[str, Any] | SafeString],
    columns: Iterable[Mapping[str, Any]],
    select: str = "",
    form: str = "",
) -> SafeString:
    """The <tr>s of parts/_table.html: what `rows`, `columns`, `select` and `form` are stands there.

    A row that was made by `table_row` before is taken as it is.
    """
    row_of = _Rows(columns, select, form)
    parts = [row if isinstance(row, SafeString) else row_of(row) for row in rows]
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


def table_row(
    row: Mapping[str, Any],
    columns: Iterable[Mapping[str, Any]],
    select: str = "",
    form: str = "",
) -> SafeString:
    """One of these rows, for a list that keeps the rows it has made."""
    return mark_safe(_Rows(columns, select, form)(row))  # noqa: S308 - every part is escaped


class _Rows:
    """What the rows of a table have in common is made once.

    A row without a value gets an empty cell where the others have their checkbox.
    """

    def __init__(self, columns: Iterable[Mapping[str, Any]], select: str, form: str) -> None:
        self._columns, self._select = _columns(columns), bool(select)
        if select:
            word, name = conditional_escape(gettext("Select")), conditional_escape(select)
            belongs = f' form="{conditional_escape(form)}"' if form else ""
            self._before = f'<input class="ds-input" type="checkbox" name="{name}" value="'
            self._after = f'" data-select="{name}"{belongs} aria-label="{word} '

    def __call__(self, row: Mapping[str, Any]) -> str:
        anchor = row.get("id")
        start = f'<tr id="{escaped(anchor)}">' if anchor else "<tr>"
        box = self._box(row) if self._select else ""
        return f"{start}{box}{_cells(row['cells'], self._columns)}</tr>\n"

    def _box(self, row: Mapping[str, Any]) -> str:
        if not (value := row.get("value")):
            return '<td class="select"></td>'
        told = escaped(row.get("name") or value)
        return f'<td class="select">{self._before}{escaped(value)}{self._after}{told}"></td>'


class _Column(NamedTuple):
    """A column whose words are looked up: once for a table, not for each of its cells."""

    label: str
    align: str
    of_column: str
    is_header: bool
    before: str
    after: str


def _columns(columns: Iterable[Mapping[str, Any]]) -> list[_Column]:
    found = []
    for column in columns:
        label, align = str(column.get("label", "")), column.get("align", "")
        of_column, is_header = column.get("class", ""), bool(column.get("header"))
        frame = _frame(label, align, of_column, "", is_header)
        found.append(_Column(label, align, of_column, is_header, *frame))
    return found


def _cells(row: Iterable[Any], columns: Iterable[_Column]) -> str:
    parts = []
    for cell, column in zip(row, columns, strict=True):
        if isinstance(cell, dict):
            parts.append(_cell(cell, column))
        else:
            parts.append(f"{column.before}{escaped(cell)}{column.after}")
    return "".join(parts)


def _cell(cell: Mapping[str, Any], column: _Column) -> str:
    text = cell.get("text", "")
    if cell.get("level"):
        body: str = level(cell["level"], text)
    elif cell.get("tag"):
        body = tag(text, cell["tag"])
    else:
        body = escaped(text)
    if body and (href := cell.get("href")):
        body = f'<a class="ds-link" href="{escaped(href)}">{body}</a>'
    if sub := cell.get("sub"):
        body += f'<span class="cell-sub">{escaped(sub)}</span>'
    if not (of_cell := cell.get("class", "")):
        return f"{column.before}{body}{column.after}"
    before, after = _frame(column.label, column.align, column.of_column, of_cell, column.is_header)
    return f"{before}{body}{after}"


@lru_cache(maxsize=1024)
def _frame(
    label: str, align: str, of_column: str, of_cell: str, is_header: bool
) -> tuple[str, str]:
    """The tags around a cell: a column has few of them, a table has hundreds of cells."""
    classes = " ".join(name for name in (align, of_column, of_cell) if name)
    marks = f' class="{conditional_escape(classes)}"' if classes else ""
    marks += f' data-label="{conditional_escape(label)}"' if label else ""
    return (f'<th scope="row"{marks}>', "</th>") if is_header else (f"<td{marks}>", "</td>")


def escaped(value: Any) -> str:
    """A value as text of HTML, as the template language would write it."""
    # A plain text is nearly always what it is; Django's own way round costs five times as much.
    return html.escape(value) if type(value) is str else conditional_escape(value)


# Lists that may be long are written here for the same reason as the cells of a table.


@register.filter
def events(timeline: Iterable[Mapping[str, Any]]) -> SafeString:
    """The items of parts/_timeline.html: {when, what, text, who, href, tone, is_new}."""
    parts = []
    new = escaped(pgettext("event", "New"))
    for event in timeline:
        tone, who, text = event.get("tone"), event.get("who"), event.get("text")
        what: str = escaped(event["what"])
        if event.get("href"):
            what = f'<a class="ds-link" href="{escaped(event["href"])}">{what}</a>'
        parts.append(f'<li class="tone-{escaped(tone)}">' if tone else "<li>")
        if event.get("is_new"):
            parts.append(f'<span class="ds-tag timeline__new" data-color="info">{new}</span> ')
        parts.append(f'<span class="timeline__when">{escaped(event["when"])}')
        parts.append(f" · {escaped(who)}</span>" if who else "</span>")
        parts.append(f'<span class="timeline__what">{what}</span>')
        if text:
            parts.append(f'<p class="timeline__text">{escaped(text)}</p>')
        parts.append("</li>")
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def happened(history: Iterable[Mapping[str, Any]]) -> SafeString:
    """The same events in a line each, for a short list inside something else."""
    parts = []
    for event in history:
        when: str = escaped(event["when"])
        if event.get("who"):
            when = f"{when} · {escaped(event['who'])}"
        what: str = escaped(event["what"])
        if event.get("text"):
            what = f"{what}: {escaped(event['text'])}"
        parts.append(f'<li><span class="subtle">{when}</span> {what}</li>')
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def terms(facts: Iterable[tuple[Any, Any]]) -> SafeString:
    """The terms and values of a <dl>."""
    parts = [f"<dt>{escaped(term)}</dt><dd>{escaped(value)}</dd>" for term, value in facts]
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def value_rows(rows: Iterable[tuple[Any, Iterable[Any]]]) -> SafeString:
    """Table rows of a heading and the numbers that belong to it."""
    parts = []
    for label, values in rows:
        numbers = "".join(f'<td class="end">{escaped(value)}</td>' for value in values)
        parts.append(f'<tr><th scope="row">{escaped(label)}</th>{numbers}</tr>')
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def chart_rows(rows: Iterable[Any]) -> SafeString:
    """The rows of parts/_chart_table.html: each with `label`, `text` and perhaps `href`."""
    parts = []
    for row in rows:
        label: str = escaped(row.label)
        if row.href:
            label = f'<a class="ds-link" href="{escaped(row.href)}">{label}</a>'
        number = escaped(row.text)
        parts.append(f'<tr><th scope="row">{label}</th><td class="end">{number}</td></tr>')
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped
