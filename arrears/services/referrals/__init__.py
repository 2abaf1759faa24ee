"""Handing a case to somebody outside: made by a meeting's decision, sent, and what comes of it."""

from arrears.services.referrals.course import (
    carry_out,
    end,
    pay_up,
    postpone,
    ready_home,
    set_eviction_date,
    withdraw,
)
from arrears.services.referrals.filing import file_petition
from arrears.services.referrals.making import refer

__all__ = [
    "carry_out",
    "end",
    "file_petition",
    "pay_up",
    "postpone",
    "ready_home",
    "refer",
    "set_eviction_date",
    "withdraw",
]
