"""The order of lists in which some rows are masked: a number, and nothing else about them.

Sorted among the others by a day or a name, a masked row would tell between which two it lies. So
for a reader who is not cleared masked rows come last, in the order of their number.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Case, F, Model, QuerySet, When

Row = TypeVar("Row", bound=Model)


def masked_last(
    rows: QuerySet[Row], user: Any, terms: Sequence[Any], *, protected: str, number: str
) -> QuerySet[Row]:
    """The rows in the order of `terms`, and what this user sees masked after them.

    `protected` and `number` are the fields' paths from the row. Two masked rows of one number stay
    in the order they were entered.
    """
    if user.access.is_cleared:
        return rows.order_by(*terms)
    hidden = [Case(When(**{protected: True}, then=F(field))) for field in (number, "pk")]
    return rows.order_by(protected, *hidden, *terms)
