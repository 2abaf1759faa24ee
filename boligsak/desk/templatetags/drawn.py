"""Lists and curves written in Python, for the pages that are opened all day.

The template language takes some microseconds for every value and every `if`: for seven lines of
flags, or a curve's labels, more than the questions behind them.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from boligsak.desk.charts import LineChart
from boligsak.desk.flag_lines import FlagLine
from boligsak.desk.rows import DeadlineLine, WorkLine
from boligsak.show import day, deadline, escaped, happened, level

register = template.Library()


@register.simple_tag
def work_items(
    lines: Iterable[WorkLine],
    select: str = "",
    form: str = "",
    anchors: bool = False,
    no_owner: bool = False,
) -> SafeString:
    """The <li>s of desk/_work.html, where the arguments are explained."""
    word, solved = escaped(_("Select")), escaped(_("Solved"))
    name, belongs = escaped(select), escaped(form)
    parts = []
    for line in lines:
        parts.append(f'<li id="{escaped(line.anchor)}">' if anchors else "<li>")
        parts.append(f'<div class="work{" work--select" if select else ""}">\n')
        if select:
            parts.append('<span class="work__select">')
            if line.select:
                told = f"{word} {escaped(line.number)}, {escaped(line.kind)}"
                parts.append(
                    f'<input class="ds-input" type="checkbox" name="{name}"'
                    f' value="{escaped(line.select)}" data-select="{name}" form="{belongs}"'
                    f' aria-label="{told}">'
                )
            parts.append("</span>\n")
        where = " · ".join(escaped(one) for one in (line.where, line.office, line.case) if one)
        side = ""
        if line.resolved_on:
            side = f"{solved} {day(line.resolved_on)}"
        elif not no_owner:
            side = escaped(line.owner)
        owed = f'<span class="nowrap">{escaped(line.owed)}</span>' if line.owed else ""
        parts.append(
            f'<span class="work__level">{level(line.level)}</span>\n'
            f'<div class="work__main"><span><a class="ds-link work__who"'
            f' href="{escaped(line.href)}">{escaped(line.who)}</a>'
            f' <span class="work__where">{where}</span></span>\n'
            f'<span class="work__why">{escaped(line.why)}</span></div>\n'
            f'<div class="work__side">{owed}<span class="work__where">{side}</span></div>\n'
            "</div></li>\n"
        )
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.simple_tag
def flag_items(flags: Sequence[FlagLine], select: str = "", form: str = "") -> SafeString:
    """The <li>s of desk/_flags.html, where the arguments are explained."""
    word, nobody = escaped(_("Select")), escaped(_("Nobody has it"))
    history = escaped(_("History"))
    name, belongs = escaped(select), escaped(form)
    ticked = " checked" if len(flags) == 1 else ""
    parts = []
    for flag in flags:
        kind = escaped(flag.kind)
        parts.append(
            f'<li id="{escaped(flag.anchor)}">'
            f'<div class="work{" work--select" if select else ""}">\n'
        )
        if select:
            parts.append(
                '<span class="work__select"><input class="ds-input" type="checkbox"'
                f' name="{name}" value="{escaped(flag.select)}" data-select="{name}"'
                f' form="{belongs}"{ticked} aria-label="{word} {kind}"></span>\n'
            )
        parts.append(
            f'<span class="work__level">{level(flag.level)}</span>\n'
            f'<div class="work__main"><span class="work__who">{escaped(flag.why)}</span>\n'
            f'<span class="work__where">{escaped(flag.since)}</span>\n'
        )
        if flag.history:
            parts.append(
                f'<details class="history"><summary>{history}'
                f'<span class="ds-sr-only"> – {kind}</span></summary>'
                f"<ul>{happened(flag.history)}</ul></details>"
            )
        owner = escaped(flag.owner) or (nobody if flag.select else "")
        parts.append(
            f'</div>\n<div class="work__side"><span class="work__where">{owner}</span></div>\n'
            "</div></li>\n"
        )
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def party_items(parties: Iterable[Mapping[str, Any]], back: str = "") -> SafeString:
    """Who has the contract, in desk/_who.html. `back`: the query that leads back."""
    dead = escaped(_("dead"))
    parts = []
    for party in parties:
        href, name = escaped(party["href"] + back), escaped(party["name"])
        parts.append(f'<div class="party"><a class="ds-link" href="{href}">{name}</a>')
        if party["role"]:
            parts.append(f" ({escaped(party['role'])})")
        if party["is_dead"]:
            parts.append(f' <span class="ds-tag" data-color="neutral">{dead}</span>')
        if phone := party["phone"]:
            number = escaped(phone.replace(" ", ""))
            parts.append(f'<br><a class="ds-link" href="tel:{number}">{escaped(phone)}</a>')
        parts.append("</div>")
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def member_items(members: Iterable[Mapping[str, Any]], back: str = "") -> SafeString:
    """Who lives there, in desk/_who.html."""
    parts = []
    for member in members:
        href, name = escaped(member["href"] + back), escaped(member["name"])
        age = f", {escaped(member['age'])}" if member["age"] else ""
        parts.append(f'<div><a class="ds-link" href="{href}">{name}</a>{age}</div>')
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.simple_tag
def due_items(deadlines: Iterable[DeadlineLine], today: datetime.date) -> SafeString:
    """The <li>s of desk/_deadlines.html."""
    parts = [
        f'<li class="due{" due--legal" if line.is_legal else ""}">'
        f'<span class="due__when">{deadline(line.on, today)}</span>\n'
        f'<span class="due__what"><span class="due__who"><a class="ds-link"'
        f' href="{escaped(line.href)}">{escaped(line.who)}</a>'
        f' <span class="work__where">{escaped(line.where)}</span></span>'
        f'<span class="work__where">{escaped(line.what)}</span></span></li>\n'
        for line in deadlines
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every part is escaped


@register.filter
def curve(chart: LineChart) -> SafeString:
    """What stands inside the <svg> of parts/_chart_line.html: the grid, the curve, the words."""
    width, base = chart.width, chart.base
    parts = [
        f'<line class="chart-grid" x1="0" x2="{width}" y1="{line.y}" y2="{line.y}"></line>'
        for line in chart.grid
    ]
    parts.append(
        f'\n<line class="chart-axis" x1="0" x2="{width}" y1="{base}" y2="{base}"></line>\n'
        f'<path class="chart-area" d="{chart.area}"></path>'
        f'<path class="chart-line" d="{chart.line}"></path>\n'
        f'<circle class="chart-dot" cx="{chart.last_x}" cy="{chart.last_y}" r="5"></circle>\n'
    )
    parts += [
        f'<text{_minor(line.minor)} x="0" y="{line.y - 4}">{escaped(line.text)}</text>'
        for line in chart.grid
    ]
    parts += [
        f'\n<text{_minor(label.minor)} x="{label.x}" y="{chart.label_y}"'
        f' text-anchor="{label.anchor}">{escaped(label.text)}</text>'
        for label in chart.labels
    ]
    return mark_safe("".join(parts))  # noqa: S308 - numbers, paths of numbers, and escaped words


def _minor(is_minor: bool) -> str:
    return ' class="chart-minor"' if is_minor else ""
