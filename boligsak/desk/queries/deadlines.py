"""Days by which something has to be done, as flags that carry them."""

import datetime
from typing import Any

from arrears.queries import worklist as query
from arrears.queries.worklist import Choice, WorkRow


def deadline_rows(
    user: Any, day: datetime.date, last: datetime.date, choice: Choice, most: int
) -> list[WorkRow]:
    """Flags with a deadline from `day` to `last`, those under § 9-2's clock first, each by day."""
    return query.chosen(user, choice, day).deadlines(day, last, most)
