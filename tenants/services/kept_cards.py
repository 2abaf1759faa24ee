"""The notes of transactions that changed what lease cards are made of: how long they stand."""

import datetime

from django.db import connection, transaction

KEEP = datetime.timedelta(days=7)
"""What is kept by them in a process lives for ten minutes, and no transaction lasts for days."""


@transaction.atomic
def forget_card_changes(day: datetime.date) -> dict[str, int]:
    """Drops those no process can still ask for, though the night be that of a day to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tenants_cardchange"
            " WHERE at < least(%s::timestamptz, now()) - make_interval(days => %s)",
            [day, KEEP.days],
        )
        return {"card_changes": cursor.rowcount}
