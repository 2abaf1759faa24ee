"""Measures: one of each kind of row that an address names."""

from typing import Any

from arrears.models import MeasureKind
from arrears.rules.measures import Act
from arrears.services import measures as service
from arrears.services.measures import Task
from arrears.services.occupants import add_occupant
from boligsak.dates import today
from tenants.models import HeadLandlordAction
from tests.factories import UserFactory


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    by = UserFactory(role="caseworker", role__cleared=True)
    measure = case.measures.first() or service.propose(
        case.pk,
        MeasureKind.objects.get(code="another-home").pk,
        Task(party="housing_unit"),
        by=by,
        on=today(),
        note=_secret(world),
    )
    occupant = case.occupants.first() or add_occupant(
        case.pk, name=_secret(world), seen_on=today(), by=by, on=today()
    )
    dwelling = case.lease.dwelling_id
    action, _is_new = HeadLandlordAction.objects.get_or_create(
        dwelling_id=dwelling, kind="warning", defaults={"received_on": today()}
    )
    kind = MeasureKind.objects.first()
    return {
        "arrears:measures": {"pk": case.pk},
        "arrears:measure_new": {"pk": case.pk},
        "arrears:children": {"pk": case.pk},
        "arrears:occupant_new": {"pk": case.pk},
        "arrears:occupant": {"pk": occupant.pk},
        "arrears:measure": {"pk": measure.pk},
        **{f"arrears:measure_{act}": {"pk": measure.pk} for act in Act},
        "desk:head_action_new": {"pk": dwelling},
        "desk:head_action": {"pk": action.pk},
        "desk:head_action_close": {"pk": action.pk},
        "admin:arrears_measurekind_change": {"pk": kind.pk},  # type: ignore[union-attr]
    }


def _secret(world: Any) -> str:
    from tests.house.world import SECRET_NAME

    return SECRET_NAME
