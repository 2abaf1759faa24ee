"""What a petition says: what is asked for, on what ground, and which notices came before it."""

import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Ground, NoticeKind, ReferralKind
from arrears.rules.gate import SOURCES
from boligsak.show import day


def asked_for(kind: str, ground: str) -> str:
    """What is asked of whom, as the petition's own heading."""
    if kind == ReferralKind.BAILIFF:
        return _("Petition for eviction (tvangsfullbyrdelsesloven chapter 13)")
    if kind == ReferralKind.DISTRAINT:
        return _("Petition for distraint (tvangsfullbyrdelsesloven chapter 7)")
    if kind == ReferralKind.TRIBUNAL:
        return _("Complaint to the rent disputes tribunal")
    if ground == Ground.NUISANCE:
        return _("Writ: termination for breach (husleieloven § 9-9)")
    return _("Writ: validity of the termination (husleieloven § 9-8)")


def enforcement(kind: str, ground: str) -> str:
    """What is to be enforced and what it rests on, where the heading does not say it all."""
    if kind != ReferralKind.BAILIFF:
        return asked_for(kind, ground)
    if ground in (Ground.UNPAID, Ground.EXPIRED):
        return _("Eviction from the dwelling, on the written lease with its clause on eviction")
    return _("Eviction from the dwelling, on the written termination")


def grounds(kind: str, ground: str, lease: Any) -> str:
    """The ground itself, with the lease it rests on."""
    signed = day(lease.signed_on) if lease.signed_on else ""
    if ground == Ground.UNPAID:
        return _(
            "Ground (a), tvangsfullbyrdelsesloven § 13-2 third paragraph: rent is not paid. The "
            "written lease, signed %(signed)s, has the clause."
        ) % {"signed": signed}
    if ground == Ground.EXPIRED:
        return _(
            "Ground (b), tvangsfullbyrdelsesloven § 13-2 third paragraph: the lease, signed "
            "%(signed)s with the clause, ran out %(ended)s."
        ) % {"signed": signed, "ended": day(lease.ends_on)}
    if kind == ReferralKind.BAILIFF:
        return _(
            "Ground (c), tvangsfullbyrdelsesloven § 13-2 third paragraph: the lease is terminated, "
            "and there was no protest within a month."
        )
    if ground == Ground.TERMINATED:
        return _(
            "The lease is terminated, the tenant has protested, and the landlord asks for a "
            "decision (husleieloven § 9-8)."
        )
    if ground == Ground.NUISANCE:
        return _("The tenant has caused nuisance after a written warning (husleieloven § 9-9).")
    return _("The claim is unpaid rent and what goes with it.")


def notice_line(name: str, sent_on: datetime.date, allowed_from: datetime.date | None) -> str:
    """A notice that came before, when it was sent, and from when what it warns of is lawful."""
    told = {
        "notice": capfirst(str(NoticeKind(name).label)),
        "law": SOURCES[name],
        "sent": day(sent_on),
    }
    if allowed_from is None:
        return _("%(notice)s (%(law)s), sent %(sent)s.") % told
    told["from"] = day(allowed_from)
    return _("%(notice)s (%(law)s), sent %(sent)s; lawful from %(from)s.") % told
