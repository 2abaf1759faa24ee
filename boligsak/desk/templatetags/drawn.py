"""Lists and curves written in Python, for the pages that are opened all day.

The template language takes some microseconds for every value and every `if`: for seven lines of
flags, or a curve's labels, more than the questions behind them.
"""

import datetime
from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from boligsak.desk.charts import LineChart
from boligsak.desk.rows import DeadlineLine, WorkLine
from boligsak.show import day, deadline, escaped, level

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
