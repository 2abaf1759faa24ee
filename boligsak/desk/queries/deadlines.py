"""Days by which something has to be done, as flags that carry them."""

import datetime
from typing import Any

from arrears.queries import worklist as query
from arrears.queries.worklist import Choice, WorkRow


def deadline_rows(
    user: Any, day: datetime.date, last: datetime.date, choice: Choice, most: int
) -> list[WorkRow]:
    """Flags with a deadline from `day` to `last`, those under § 9-2's clock first, each by day."""
    flags = query.chosen(user, choice.with_deadline_by(last), day)
    # "expired", whose clock is the law's, comes before "expiring"; both count from the term's end.
    return flags.rows_by_kind(most)
