"""Days by which something has to be done, as flags that carry them."""

import datetime
from typing import Any

from arrears.queries import worklist as query
from arrears.queries.worklist import Choice
from boligsak.together import Question


def deadline_rows(
    user: Any, day: datetime.date, last: datetime.date, choice: Choice, most: int
) -> Question:
    """Flags with a deadline from `day` to `last`, those under § 9-2's clock first, each by day: at
    most `most` of them."""
    return query.chosen(user, choice, day).deadlines(day, last, most)
