"""Tenants whose case goes to a meeting apply for a cheaper home: the gate waits for the answer."""

import datetime as dt

from django.db.models import F

from arrears.models import Case
from boligsak.dates import is_working_day
from boligsak.desk.demo.applications import Applications
from boligsak.desk.demo.chance import Chance

_LAST_DAYS = dt.timedelta(days=4)
"""So near to today that nobody has decided yet."""


class CheaperHomes:
    """Acts on the last evenings before the day of the demo."""

    def __init__(self, seed: int, today: dt.date, applications: Applications) -> None:
        self._seed, self._today = seed, today
        self._applications = applications

    def day(self, day: dt.date) -> None:
        if day < self._today - _LAST_DAYS or not is_working_day(day):
            return
        cases = Case.objects.open().filter(
            lease__is_protected=False, lease__applications=None, lease__kind="lease"
        )
        nearest = cases.order_by(
            F("for_meeting_on").asc(nulls_last=True), "-lease__account__open_ore", "pk"
        )
        case = nearest.select_related("lease").first()
        if case is not None:
            chance = Chance(self._seed, "wants a cheaper home", case.number)
            self._applications.apply("swap", case.lease, chance, day)
