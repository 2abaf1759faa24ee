"""A flag in words: its name, its level, and the one sentence that says why it is there."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arrears.rules.flags import FlagKind
from boligsak.dates import format_day
from boligsak.money import format_kr

Facts = Mapping[str, Any]

LEVEL_NAMES: dict[int, Promise] = {
    1: gettext_lazy("early"),
    2: gettext_lazy("follow up"),
    3: gettext_lazy("serious"),
    4: gettext_lazy("critical"),
}

KIND_NAMES: dict[FlagKind, Promise] = {
    FlagKind.ARREARS: gettext_lazy("arrears"),
    FlagKind.FIRST_ARREARS: gettext_lazy("first arrears"),
    FlagKind.PATTERN: gettext_lazy("changed payment pattern"),
    FlagKind.FORMER_TENANT: gettext_lazy("former tenant in arrears"),
    FlagKind.EXPIRING: gettext_lazy("contract is running out"),
    FlagKind.EXPIRED: gettext_lazy("contract has run out"),
    FlagKind.OPEN_ENDED: gettext_lazy("contract has become open-ended"),
    FlagKind.PLAN_BROKEN: gettext_lazy("repayment plan broken"),
    FlagKind.COMPLAINTS: gettext_lazy("complaints"),
    FlagKind.NO_CHARGE: gettext_lazy("check data: no charge"),
    FlagKind.NO_KID: gettext_lazy("check data: no KID"),
    FlagKind.LOOKALIKE: gettext_lazy("check data: unplaced payment"),
}

# Small counts read better as words; the list stops where people start to write digits.
_COUNTED_CHILDREN: dict[int, Promise] = {
    1: gettext_lazy("one child"),
    2: gettext_lazy("two children"),
    3: gettext_lazy("three children"),
    4: gettext_lazy("four children"),
    5: gettext_lazy("five children"),
    6: gettext_lazy("six children"),
    7: gettext_lazy("seven children"),
    8: gettext_lazy("eight children"),
    9: gettext_lazy("nine children"),
}

# Below a tenth of a month's rent the sum says more than "0.1 months' rent".
_LEAST_PERMILLE = 100


def level_name(level: int) -> str:
    """ "tidlig", "følg opp", "alvorlig", "kritisk"."""
    return str(LEVEL_NAMES[level])


def kind_name(kind: str) -> str:
    """What a flag of this kind is called."""
    return str(KIND_NAMES[FlagKind(kind)])


def why(kind: str, level: int, facts: Facts, day: dt.date) -> str:
    """One sentence, without full stop, that says why the flag is there, as seen on `day`.

    `facts` are those of the verdict (see `arrears.rules.flags.Verdict`), days as dates or ISO
    text, to which the page may add `children` (how many live there) and `last_contact_on` (a day,
    or None for never; leave the key out where contact is not known or not shown).
    `level` matters to no sentence today; it is there so that callers pass a flag whole.
    """
    return _SENTENCES[FlagKind(kind)](facts, day)


def _arrears(facts: Facts, day: dt.date) -> str:
    parts = [_owes(facts), _past_due(facts, day)]
    return ", ".join(parts + _household(facts))


def _first_arrears(facts: Facts, day: dt.date) -> str:
    parts = [_("First time in arrears"), _owes(facts, inside=True), _past_due(facts, day)]
    return ", ".join(parts + _household(facts))


def _pattern(facts: Facts, day: dt.date) -> str:
    parts = []
    if facts.get("is_later"):
        late = (day - _day(facts["oldest_due_on"])).days
        parts.append(
            _("Usually pays %(usual)s, is now %(late)s late")
            % {"usual": _usually(facts["usual_days_late"]), "late": _days(late)}
        )
    if facts.get("is_smaller"):
        smaller = _("has paid %(now)s of the rent, usually %(usual)s") % {
            "now": _percent(facts["share_permille"]),
            "usual": _percent(facts["usual_share_permille"]),
        }
        parts.append(smaller if parts else smaller[:1].upper() + smaller[1:])
    return ", ".join(parts + _household(facts))


def _former_tenant(facts: Facts, day: dt.date) -> str:
    parts = [
        _("Moved out %(day)s") % {"day": format_day(_day(facts["moved_out_on"]))},
        _owes(facts, inside=True),
        _past_due(facts, day),
    ]
    return ", ".join(parts)


def _expiring(facts: Facts, day: dt.date) -> str:
    ends_on = _day(facts["ends_on"])
    left = (ends_on - day).days
    shown = {"days": left, "day": format_day(ends_on)}
    if facts.get("is_service_agreement"):
        if left <= 0:
            return _("The service agreement runs out today (%(day)s)") % shown
        return (
            ngettext(
                "The service agreement runs out in %(days)d day (%(day)s)",
                "The service agreement runs out in %(days)d days (%(day)s)",
                left,
            )
            % shown
        )
    if left <= 0:
        return _("The contract runs out today (%(day)s)") % shown
    return (
        ngettext(
            "The contract runs out in %(days)d day (%(day)s)",
            "The contract runs out in %(days)d days (%(day)s)",
            left,
        )
        % shown
    )


def _expired(facts: Facts, day: dt.date) -> str:
    shown = {"day": format_day(_day(facts["ends_on"]))}
    if facts.get("is_service_agreement"):
        ran_out = _("The service agreement ran out %(day)s") % shown
    else:
        ran_out = _("The contract ran out %(day)s") % shown
    if facts.get("move_requested_on"):
        asked_on = format_day(_day(facts["move_requested_on"]))
        rest = _("the tenant was asked to move %(day)s") % {"day": asked_on}
    elif facts.get("last_safe_on"):
        left = (_day(facts["last_safe_on"]) - day).days
        if left <= 0:
            rest = _("today is the last day before it becomes open-ended (§ 9-2)")
        else:
            rest = ngettext(
                "%(days)d day left before it becomes open-ended (§ 9-2)",
                "%(days)d days left before it becomes open-ended (§ 9-2)",
                left,
            ) % {"days": left}
    else:
        rest = _("the tenancy act's time limit does not apply")
    return f"{ran_out}; {rest}"


def _open_ended(facts: Facts, day: dt.date) -> str:
    return _("The contract ran out %(ended)s and became open-ended %(day)s (§ 9-2)") % {
        "ended": format_day(_day(facts["ends_on"])),
        "day": format_day(_day(facts["open_ended_on"])),
    }


def _plan_broken(facts: Facts, day: dt.date) -> str:
    if facts.get("due_on") is None:
        return _("The repayment plan was broken %(day)s") % {
            "day": format_day(_day(facts["broken_on"]))
        }
    return _("The repayment plan is broken: %(amount)s was missing of what was due %(day)s") % {
        "amount": format_kr(facts["short_ore"]),
        "day": format_day(_day(facts["due_on"])),
    }


def _complaints(facts: Facts, day: dt.date) -> str:
    parts = []
    if facts.get("is_pattern"):
        parts.append(
            ngettext(
                "%(count)d complaint since %(first)s, the last %(last)s",
                "%(count)d complaints since %(first)s, the last %(last)s",
                facts["count"],
            )
            % {
                "count": facts["count"],
                "first": format_day(_day(facts["first_on"])),
                "last": format_day(_day(facts["last_on"])),
            }
        )
    if facts.get("contact_by"):
        late = (day - _day(facts["contact_by"])).days
        missed = ngettext(
            "nobody has talked with the household, %(days)d day past the deadline",
            "nobody has talked with the household, %(days)d days past the deadline",
            late,
        ) % {"days": late}
        parts.append(missed if parts else _("Complaint: %(what)s") % {"what": missed})
    return ", ".join(parts)


def _no_charge(facts: Facts, day: dt.date) -> str:
    month = format_day(_day(facts["month"]))[3:]
    if facts.get("last_due_on") is None:
        return _("No rent charged for %(month)s, and none before") % {"month": month}
    return _("No rent charged for %(month)s; the last was due %(day)s") % {
        "month": month,
        "day": format_day(_day(facts["last_due_on"])),
    }


def _no_kid(facts: Facts, day: dt.date) -> str:
    return _("The contract has no KID, so payments cannot find it")


def _lookalike(facts: Facts, day: dt.date) -> str:
    return _("An unplaced payment of %(amount)s from %(day)s looks like this tenant's") % {
        "amount": format_kr(facts["amount_ore"]),
        "day": format_day(_day(facts["paid_on"])),
    }


_SENTENCES: dict[FlagKind, Callable[[Facts, dt.date], str]] = {
    FlagKind.ARREARS: _arrears,
    FlagKind.FIRST_ARREARS: _first_arrears,
    FlagKind.PATTERN: _pattern,
    FlagKind.FORMER_TENANT: _former_tenant,
    FlagKind.EXPIRING: _expiring,
    FlagKind.EXPIRED: _expired,
    FlagKind.OPEN_ENDED: _open_ended,
    FlagKind.PLAN_BROKEN: _plan_broken,
    FlagKind.COMPLAINTS: _complaints,
    FlagKind.NO_CHARGE: _no_charge,
    FlagKind.NO_KID: _no_kid,
    FlagKind.LOOKALIKE: _lookalike,
}


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _days(days: int) -> str:
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def _percent(permille: int) -> str:
    return _("%(number)d%%") % {"number": (permille + 5) // 10}


def _usually(days_late: int) -> str:
    if days_late <= 0:
        return _("on time")
    return ngettext(
        "%(days)d day after the due day", "%(days)d days after the due day", days_late
    ) % {"days": days_late}


def _owes(facts: Facts, *, inside: bool = False) -> str:
    """What is owed. `inside`: in the middle of a sentence, so it does not begin with a capital."""
    permille = facts.get("months_permille")
    # Cut off, as everywhere: nobody is said to owe more than they do.
    tenths = 0 if permille is None else permille // 100
    if permille is None or permille < _LEAST_PERMILLE:
        amount = format_kr(facts["owed_ore"])
        text = _("Owes %(amount)s") % {"amount": amount}
    elif tenths == 10:
        text = _("Owes one month's rent")
    else:
        whole, tenth = divmod(tenths, 10)
        months = f"{whole}{get_format('DECIMAL_SEPARATOR')}{tenth}" if tenth else str(whole)
        text = _("Owes %(months)s months' rent") % {"months": months}
    return text[:1].lower() + text[1:] if inside else text


def _past_due(facts: Facts, day: dt.date) -> str:
    days = (day - _day(facts["oldest_due_on"])).days
    return ngettext("%(days)d day past due", "%(days)d days past due", days) % {"days": days}


def _household(facts: Facts) -> list[str]:
    parts = []
    children = facts.get("children") or 0
    if children in _COUNTED_CHILDREN:
        parts.append(str(_COUNTED_CHILDREN[children]))
    elif children:
        parts.append(_("%(count)d children") % {"count": children})
    if "last_contact_on" in facts:
        last = facts["last_contact_on"]
        if last is None:
            parts.append(_("no contact"))
        else:
            parts.append(_("last contact %(day)s") % {"day": format_day(_day(last))})
    return parts
