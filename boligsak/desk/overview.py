"""Figures as the dashboard shows them: each with its words and a link to the rows it counts.

They change once a night and a little when work is given away, and the dashboard is opened all
day: so what is drawn of them is kept in the process for as long as they stay the same.
"""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from arrears.queries.figures import MONTHS_AHEAD
from arrears.queries.worklist import NOBODY
from arrears.rules.flags import FlagKind
from arrears.words.flags import KIND_NAMES
from boligsak import dates
from boligsak.desk.charts import BarChart, Point, bar_chart
from boligsak.desk.queries import figures as name
from boligsak.desk.queries.figures import AGES, Figures, open_flags
from boligsak.desk.queries.leases import ANY_AGE
from boligsak.desk.rows import months_ahead
from boligsak.money import NO_BREAK_SPACE
from boligsak.show import number

DATA_KINDS = (FlagKind.NO_CHARGE, FlagKind.NO_KID, FlagKind.LOOKALIKE)
URGENT, CRITICAL = 3, 4
_KRONER_IN_THOUSAND_ORE = 100_000
SMALL, LARGE = (190, 105), (400, 200)  # in the corner of a page, and on their own


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the lists behind figures, for the office the page is about."""

    office_id: int | None = None

    def worklist(self, **chosen: Any) -> str:
        return self._to("desk:worklist", chosen)

    def leases(self, **chosen: Any) -> str:
        return self._to("desk:leases", chosen)

    def worklist_like(self, query: Any) -> str:
        """The worklist under the same filter as the page at hand."""
        kept = query.urlencode()
        return reverse("desk:worklist") + (f"?{kept}" if kept else "")

    def _to(self, url_name: str, chosen: dict[str, Any]) -> str:
        if self.office_id is not None:
            chosen = {"office": self.office_id, **chosen}
        return reverse(url_name) + (f"?{urlencode(chosen)}" if chosen else "")


class Overview(NamedTuple):
    """What the dashboard shows of the figures: what is new, the tiles, and the charts."""

    news: SafeString
    tiles: SafeString
    charts: SafeString


def drawn(
    figures: Figures, office_id: int | None, day: datetime.date, counted: datetime.date | None
) -> Overview:
    """The figures of one office (None: all), drawn. `counted`: the night they are of."""
    return _drawn(get_language() or "", office_id, day, counted, frozenset(figures.items()))


@lru_cache(maxsize=128)
def _drawn(
    language: str,
    office_id: int | None,
    day: datetime.date,
    counted: datetime.date | None,
    kept: frozenset[tuple[str, int]],
) -> Overview:
    figures, link = dict(kept), Links(office_id)
    is_of_today = counted is None or counted == day
    new = {
        "news": news(figures, link, counted or day),
        "news_title": _("New since yesterday")
        if is_of_today
        else _("New in the night to %(day)s") % {"day": dates.format_day(counted or day)},
    }
    charts = [age_chart(figures, link), expiry_chart(figures, link, day)]
    return Overview(
        render_to_string("desk/_news.html", new),
        render_to_string("desk/_overview.html", {"tiles": tiles(figures, link)}),
        render_to_string("desk/_charts.html", {"charts": charts}),
    )


def whole_kr(ore: int) -> str:
    """ "1 234 567 kr": whole kroner, for figures that are glanced at."""
    return f"{number(ore // 100)}{NO_BREAK_SPACE}kr"


def news(figures: Figures, link: Links, since: datetime.date) -> list[dict[str, Any]]:
    """How many flags the last night raised, by kind; kinds without any are left out."""
    found = []
    for kind, words in KIND_NAMES.items():
        count = figures.get(name.new_flags(kind), 0)
        if count:
            href = link.worklist(kind=str(kind), new=since.isoformat())
            label = str(words)
            found.append(
                {"count": number(count), "label": label[:1].upper() + label[1:], "href": href}
            )
    return found


def tiles(figures: Figures, link: Links) -> list[dict[str, Any]]:
    """The six numbers of the morning, the most pressing first."""
    urgent = open_flags(figures, least_level=URGENT)
    critical = open_flags(figures, least_level=CRITICAL)
    owing = figures.get(name.OVERDUE_LEASES, 0)
    expired = open_flags(figures, [FlagKind.EXPIRED])
    return [
        {
            "value": number(urgent),
            "label": _("Urgent or critical"),
            "note": _("%(count)s critical") % {"count": number(critical)},
            "href": link.worklist(level=URGENT),
            "tone": "danger",
        },
        {
            "value": whole_kr(figures.get(name.OVERDUE_ORE, 0)),
            "label": _("Past due"),
            "note": ngettext("%(count)s lease", "%(count)s leases", owing)
            % {"count": number(owing)},
            "href": link.leases(age=ANY_AGE),
            "tone": "accent",
        },
        {
            "value": number(expired),
            "label": _("Contracts that have run out"),
            "note": _("The clock of § 9-2"),
            "href": link.worklist(kind=FlagKind.EXPIRED),
            "tone": "warning",
        },
        {
            "value": number(open_flags(figures, [FlagKind.EXPIRING])),
            "label": _("Contracts running out"),
            "note": _("Within half a year"),
            "href": link.worklist(kind=FlagKind.EXPIRING),
            "tone": "info",
        },
        {
            "value": number(figures.get(name.UNASSIGNED, 0)),
            "label": _("Without a caseworker"),
            "note": _("Of %(count)s in all") % {"count": number(open_flags(figures))},
            "href": link.worklist(owner=NOBODY),
            "tone": "info",
        },
        {
            "value": number(open_flags(figures, DATA_KINDS)),
            "label": _("Check data"),
            "note": _("Charge, KID or payment"),
            "href": link.worklist(kind="any-data"),
            "tone": "",
        },
    ]


def age_words(youngest: int, oldest: int | None) -> str:
    """ "31–60 dager", "over 90 dager"."""
    if oldest is None:
        return _("over %(days)d days") % {"days": youngest - 1}
    return _("%(from)d–%(to)d days") % {"from": youngest, "to": oldest}


def age_chart(figures: Figures, link: Links | None, size: tuple[int, int] = SMALL) -> BarChart:
    """Money past due by the age of the charge, in thousand kroner."""
    points = []
    for age, youngest, oldest in AGES:
        ore = figures.get(name.ore_of_age(age), 0)
        points.append(
            Point(
                label=f"{youngest}–{oldest}" if oldest is not None else f"{youngest - 1}+",
                value=ore,
                text=number(round(ore / _KRONER_IN_THOUSAND_ORE)),
                href=link.leases(age=age) if link else "",
                tone="danger" if youngest > 60 else "warning" if youngest > 14 else "accent",
            )
        )
    return bar_chart(
        points,
        key="age",
        title=_("Past due by age, 1000 kr"),
        unit=_("1000 kr"),
        description=_("Each charge is counted by the days since it fell due."),
        width=size[0],
        height=size[1],
    )


def expiry_chart(
    figures: Figures, link: Links | None, day: datetime.date, size: tuple[int, int] = SMALL
) -> BarChart:
    """Contracts that run out in each of the coming months."""
    points = []
    for month in months_ahead(day, MONTHS_AHEAD):
        count = figures.get(name.running_out(month), 0)
        points.append(
            Point(
                label=date_format(month, "M y").lower(),
                value=count,
                text=number(count),
                href=link.leases(ends=f"{month:%Y-%m}") if link else "",
            )
        )
    return bar_chart(
        points,
        key="expiry",
        title=_("Run out, by month"),
        unit=_("Contracts"),
        description=_("Running leases whose agreed term ends in the month."),
        width=size[0],
        height=size[1],
    )
