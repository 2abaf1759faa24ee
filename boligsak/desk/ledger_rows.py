"""The ledger of a lease as table rows, as a file and as a curve. Formatted once, in Python."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from arrears.models import CHARGE_KINDS, LineKind
from arrears.queries.ledger import ChargeRow, LedgerRow, LinkedLine, Money
from boligsak.addresses import address
from boligsak.dates import add_months
from boligsak.desk.charts import LineChart, Moment, line_chart
from boligsak.export import Cell, Ore
from boligsak.show import day as format_day
from boligsak.show import escaped, kr, months

LINES_SHOWN = 25
CURVE_MONTHS = (12, 36)

_CHARGES = frozenset(str(kind) for kind in CHARGE_KINDS)
_LOWERING = frozenset({str(LineKind.CREDIT), str(LineKind.WRITEOFF)})
_MOVABLE = frozenset({str(LineKind.PAYMENT), str(LineKind.MOVE_IN)})
_BUCKETS = (
    ("not_due_ore", gettext_lazy("Not due yet")),
    ("days_0_14_ore", gettext_lazy("0–14 days")),
    ("days_15_30_ore", gettext_lazy("15–30 days")),
    ("days_31_60_ore", gettext_lazy("31–60 days")),
    ("days_61_90_ore", gettext_lazy("61–90 days")),
    ("days_91_ore", gettext_lazy("91 days or more")),
)


def kind_words() -> Mapping[str, str]:
    """What each kind of line is called, in the reader's language."""
    return _kind_words(get_language())


@lru_cache(maxsize=8)
def _kind_words(_language: str | None) -> Mapping[str, str]:
    return {str(kind): capfirst(str(label)) for kind, label in LineKind.choices}


def ledger_columns(*, may_correct: bool) -> list[dict[str, Any]]:
    columns = [
        {"label": _("Date"), "class": "nowrap"},
        {"label": _("What"), "class": "wide"},
        {"label": _("Due"), "class": "nowrap"},
        {"label": pgettext("ledger", "Charged"), "align": "end"},
        {"label": pgettext("ledger", "Paid"), "align": "end"},
        {"label": _("Balance"), "align": "end"},
    ]
    if may_correct:
        columns.append({"label": _("Mend"), "class": "nowrap no-print"})
    return columns


def ledger_rows(
    rows: Sequence[LedgerRow],
    links: Iterable[LinkedLine],
    user: Any,
    *,
    is_masked: bool,
    may_correct: bool,
) -> list[dict[str, Any]]:
    """Rows for parts/_table.html. Masked, nobody is named: no payer, no text, no other lease."""
    words = kind_words()
    by_id, correcting = _sorted_links(links)
    mend = _Mend() if may_correct else None
    shown = []
    for row in rows:
        charged, paid = _sides(row)
        what = {"text": words.get(row.kind, row.kind)}
        sub = _sub(row, by_id, correcting, user, words, is_masked)
        if sub:
            what["sub"] = sub
        cells: list[Any] = [
            format_day(row.effective_on),
            what,
            format_day(row.due_on) if row.due_on else "",
            charged,
            {"text": paid, "class": "minus"} if paid else "",
            kr(row.balance_ore),
        ]
        if mend is not None:
            cells.append(mend.links(row, is_corrected=row.id in correcting))
        shown.append({"id": f"l{row.id}", "cells": cells})
    return shown


def _sides(row: LedgerRow) -> tuple[str, str]:
    """The amount on the side it belongs: what raises the debt, and what lowers it."""
    if row.amount_ore >= 0:
        return kr(row.amount_ore), ""
    return "", kr(-row.amount_ore)


def _sorted_links(
    links: Iterable[LinkedLine],
) -> tuple[dict[int, LinkedLine], dict[int, list[LinkedLine]]]:
    by_id: dict[int, LinkedLine] = {}
    correcting: dict[int, list[LinkedLine]] = {}
    for link in links:
        by_id[link.id] = link
        if link.corrects_id is not None:
            correcting.setdefault(link.corrects_id, []).append(link)
    return by_id, correcting


def _sub(
    row: LedgerRow,
    by_id: Mapping[int, LinkedLine],
    correcting: Mapping[int, list[LinkedLine]],
    user: Any,
    words: Mapping[str, str],
    is_masked: bool,
) -> SafeString | str:
    """The quieter line: what it is meant for, who paid, what it mends or is mended by, and why."""
    parts: list[Any] = []
    if row.named_due_on and row.kind != LineKind.CORRECTION:
        parts.append(_("for the charge due %(day)s") % {"day": format_day(row.named_due_on)})
    if not is_masked:
        parts += [text for text in (row.payer, row.note) if text]
    if row.corrects_id is not None and row.corrects_id in by_id:
        parts.append(_mends(row, by_id, correcting, user, words, is_masked))
    for link in correcting.get(row.id, ()):
        if link.kind == LineKind.CORRECTION:
            parts.append(_("corrected %(day)s") % {"day": format_day(link.effective_on)})
        elif link.kind == LineKind.MOVE_OUT:
            parts.append(_("moved away"))
        elif link.kind == LineKind.REVERSAL:
            parts.append(_("reversed %(day)s") % {"day": format_day(link.effective_on)})
    if row.by and not is_masked:
        parts.append(_("entered by %(name)s") % {"name": row.by})
    if not parts:
        return ""
    return format_html("{}" + " · {}" * (len(parts) - 1), *parts)


def _mends(
    row: LedgerRow,
    by_id: Mapping[int, LinkedLine],
    correcting: Mapping[int, list[LinkedLine]],
    user: Any,
    words: Mapping[str, str],
    is_masked: bool,
) -> SafeString | str:
    first = by_id[row.corrects_id or 0]
    if row.kind in (LineKind.MOVE_OUT, LineKind.MOVE_IN):
        if row.kind == LineKind.MOVE_IN:
            other: LinkedLine | None = first
        else:
            other = next(
                (one for one in correcting.get(first.id, ()) if one.kind == LineKind.MOVE_IN), None
            )
        if other is None or is_masked or not _may_see(other, user):
            return ""
        link = format_html(
            '<a class="ds-link" href="{}">{}</a>',
            address("desk:lease", other.lease_id),
            other.lease_number,
        )
        said = _("to %(lease)s") if row.kind == LineKind.MOVE_OUT else _("from %(lease)s")
        return format_html(said.replace("%(lease)s", "{}"), link)
    return _("mends %(kind)s of %(day)s") % {
        "kind": words.get(first.kind, first.kind).lower(),
        "day": format_day(first.effective_on),
    }


def _may_see(link: LinkedLine, user: Any) -> bool:
    """Whether this user may see the other lease's row, as `Lease.objects.visible_to` says."""
    access = user.access
    if access.office_ids is None:
        return True
    return access.covers(link.office_id) and (access.is_cleared or not link.is_protected)


class _Mend:
    """The links that mend a line. The words are looked up once, not for each row."""

    def __init__(self) -> None:
        self.correct_word, self.move_word = escaped(_("Correct")), escaped(_("Move"))

    def links(self, row: LedgerRow, *, is_corrected: bool) -> SafeString | str:
        ore, on = abs(row.amount_ore), row.effective_on
        if row.kind in _MOVABLE:
            if is_corrected:
                return ""
            return _link(address("arrears:move_payment", row.id), self.move_word, ore, on)
        if row.kind in _CHARGES or row.kind in _LOWERING:
            return _link(address("arrears:correct_line", row.id), self.correct_word, ore, on)
        return ""


def _link(href: str, word: str, ore: int, on: datetime.date) -> SafeString:
    """A link in a row of money. `word` is escaped; who hears the page hears which row it is."""
    return mark_safe(  # noqa: S308 - an amount, a day, an address of numbers and escaped words
        f'<a class="ds-link no-print" href="{href}">{word}'
        f'<span class="ds-sr-only"> {kr(ore)}, {format_day(on)}</span></a>'
    )


def ledger_file_columns() -> list[str]:
    return [
        _("Date"),
        _("What"),
        _("Due"),
        _("Amount"),
        _("Balance"),
        _("Reference"),
        _("Payer"),
        _("Text"),
        _("Entered by"),
    ]


def ledger_file_rows(rows: Iterable[LedgerRow], *, is_masked: bool) -> Iterator[list[Cell]]:
    """The same ledger as a file. Amounts keep the ledger's sign: owed positive, paid negative."""
    words = kind_words()
    for row in rows:
        yield [
            row.effective_on,
            words.get(row.kind, row.kind),
            row.due_on,
            Ore(row.amount_ore),
            Ore(row.balance_ore),
            row.reference,
            *(["", "", ""] if is_masked else [row.payer, row.note, row.by]),
        ]


CHARGE_COLUMNS: list[dict[str, Any]] = [{}, {"align": "end"}, {"align": "end"}]


def charge_rows(
    charges: Sequence[ChargeRow],
    day: datetime.date,
    *,
    may_dispute: bool,
    disputed: Collection[int],
) -> list[dict[str, Any]]:
    """The open charges, oldest first: what is left of each and how long ago it fell due.

    To who `may_dispute`, with a link for each line that is not among the `disputed`.
    """
    words = kind_words()
    disputed_word = escaped(_("Disputed …"))
    rows = []
    for charge in charges:
        days = (day - charge.due_on).days
        part = charge.open_ore < charge.amount_ore
        kind = words.get(charge.kind, charge.kind)
        if may_dispute and charge.line_id not in disputed:
            href = address("arrears:dispute_charge", charge.line_id)
            link = _link(href, disputed_word, charge.open_ore, charge.due_on)
            kind = format_html("{} · {}", kind, link)
        left = {
            "text": kr(charge.open_ore),
            "sub": _("of %(amount)s") % {"amount": kr(charge.amount_ore)} if part else "",
        }
        past = _("not due") if days < 0 else str(days)
        rows.append({"cells": [{"text": format_day(charge.due_on), "sub": kind}, past, left]})
    return rows


def money_table(
    now: Money, then: Money | None, day: datetime.date, then_on: datetime.date | None
) -> dict[str, Any]:
    """The sums of today and, where a day is asked for, of that day beside it."""
    both = [now] if then is None else [then, now]
    heads = [_("Today")] if then is None or then_on is None else [format_day(then_on), _("Today")]
    rows: list[tuple[str, list[str]]] = [
        (_("Balance"), [kr(money.balance_ore) for money in both]),
        (_("Fallen due"), [kr(money.due_ore) for money in both]),
        (_("Oldest unpaid due day"), [format_day(money.oldest_due_on) for money in both]),
        (_("Months' rent owed"), [months(money.months_permille) for money in both]),
    ]
    optional = (
        (_("Disputed and deposited"), "disputed_ore"),
        (_("Without a charge"), "unallocated_ore"),
        (_("Credit"), "credit_ore"),
    )
    for label, name in optional:
        if any(getattr(money, name) for money in both):
            rows.append((label, [kr(getattr(money, name)) for money in both]))
    ages = [
        (str(label), [kr(getattr(money.ageing, name)) for money in both])
        for name, label in _BUCKETS
        if any(getattr(money.ageing, name) for money in both)
    ]
    return {"heads": heads, "rows": rows, "ages": ages}


def curve(
    points: Sequence[tuple[datetime.date, int]], day: datetime.date, span_months: int
) -> LineChart | None:
    """The balance over the last `span_months`; None for a ledger with nothing in it so far.

    `points`: the balance at the end of each day it changed, oldest first. Lines that count from a
    coming day are not drawn.
    """
    start = add_months(day, -span_months)
    past = [point for point in points if point[0] <= day]
    if not past:
        return None
    before = [point for point in past if point[0] <= start]
    drawn = [point for point in past if point[0] > start]
    if before:
        drawn.insert(0, (start, before[-1][1]))
    if drawn[-1][0] < day:
        drawn.append((day, drawn[-1][1]))
    highest = max(drawn, key=lambda point: point[1])
    moments = [
        Moment(at=on.toordinal(), value=ore, label=format_day(on), text=kr(ore))
        for on, ore in drawn
    ]
    return line_chart(
        moments,
        key="balance",
        title=_("Balance, last %(months)d months") % {"months": span_months},
        unit=_("Balance"),
        tick=_whole_kroner,
        description=_("From %(first)s to %(last)s. Highest %(highest)s on %(day)s.")
        % {
            "first": moments[0].text,
            "last": moments[-1].text,
            "highest": kr(highest[1]),
            "day": format_day(highest[0]),
        },
        height=150,
    )


def _whole_kroner(ore: int) -> str:
    """The words of a horizontal line; none on the scale of an account that was nought all along."""
    if abs(ore) == 1:
        return ""
    return kr(ore).replace(",00", "")
