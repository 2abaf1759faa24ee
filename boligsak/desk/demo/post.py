"""The office's post: what waits is printed and posted twice a week, by the coordinator."""

import datetime as dt

from boligsak.accounts.models import User
from boligsak.dates import is_working_day
from boligsak.letters.queries.outbox import PRINT, OutboxChoice, chosen, to_print
from boligsak.letters.services.print_batches import make_batch, post_batch

_DAY = dt.timedelta(days=1)
_WEEKDAYS = (1, 3)
_LEFT = 4
"""The newest letters wait to be printed by whoever opens the demo."""


class Post:
    """Acts on the evening after each night."""

    def __init__(self, today: dt.date, users: dict[str, User]) -> None:
        self._until = today - _LEFT * _DAY
        self._coordinator = users["koordinator"]

    def day(self, day: dt.date) -> None:
        if day > self._until or day.weekday() not in _WEEKDAYS or not is_working_day(day):
            return
        by = self._coordinator
        for office_id, _name, _letters in to_print(by):
            batch = make_batch(office_id, chosen(by, OutboxChoice(PRINT)), by=by, on=day).batch
            if batch is not None:
                post_batch(batch.pk, day, version=batch.version, by=by, on=day)
