"""A row's own story, for the side of its page."""

from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from boligsak.show import moment
from tenants.queries.history import changes


def timeline(row: Model) -> list[dict[str, Any]]:
    """For parts/_timeline.html, newest first."""
    labels = {field.attname: str(field.verbose_name) for field in row._meta.concrete_fields}
    return [
        {
            "when": moment(change.at),
            "who": change.who or _("the system itself"),
            "what": capfirst(", ".join(labels[name] for name in change.fields)),
        }
        for change in changes(row)
    ]
