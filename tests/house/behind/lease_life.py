"""A lease of the same person that is moved out of, and somebody who asks to move in there."""

import datetime
from typing import Any

from boligsak.dates import today
from tenants.rules.move_out import Damage
from tenants.services.move_outs import begin_move_out, inspect
from tenants.services.party_changes import ask_for_member
from tenants.services.people import NewPerson
from tests.factories import DwellingFactory, LeaseFactory, PersonFactory, UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day, is_secret = today(), case.lease.is_protected
    by = UserFactory(role="coordinator", role__cleared=True)
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if is_secret else "Ikke noe hemmelig"
    dwelling = {"office": case.office, "street": SECRET_STREET if is_secret else "Nygata"}
    tenant = PersonFactory(family_name=SECRET_NAME, protection=6) if is_secret else None
    lease = LeaseFactory(
        dwelling=DwellingFactory(**dwelling), tenant=tenant, is_protected=is_secret
    )
    last_on = day + datetime.timedelta(days=200)
    row = begin_move_out(lease.pk, moves_on=last_on, reason=tells, by=by, on=day)
    damages = [Damage(tells, 100_000)]
    inspect(row.pk, inspected_on=day, damages=damages, note=tells, by=by, on=day)
    new = NewPerson(
        given_name="Per",
        family_name=SECRET_NAME if is_secret else "Ny",
        protection=6 if is_secret else 0,
    )
    asked = ask_for_member(lease.pk, new=new, asked_on=day, reason=tells, by=by, on=day)
    steps = ("day", "withdraw", "inspect", "keys")
    return {
        "tenants:party_change": {"pk": lease.pk},
        "tenants:party_change_new": {"pk": lease.pk, "kind": "separation"},
        "tenants:party_member": {"pk": lease.pk},
        "tenants:party_answer": {"pk": asked.pk},
        "tenants:move_out": {"pk": lease.pk},
        "desk:move_out": {"pk": lease.pk},
        "desk:move_out_settle": {"pk": lease.pk},
        **{f"tenants:move_out_{name}": {"pk": row.pk} for name in steps},
    }
