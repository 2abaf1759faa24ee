"""Where the pages about measures stand: one proposed, one running, one that is over, somebody else
who lives there, and what a cooperative has sent."""

from arrears.models import Case, Measure, MeasureKind, Occupant
from arrears.services import measures as service
from arrears.services.cases.sharing import set_sharing
from arrears.services.measures import Task
from arrears.services.occupants import add_occupant
from arrears.services.rehousing import receive
from boligsak.accounts.models import User
from tenants.models import HeadLandlordAction
from tests.browser.case_places import a_case
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, LANDLORD, Visit


def _by() -> User:
    return User.objects.get(username="koordinator")


def _measure(code: str) -> Measure:
    """The measure of this kind on the case, proposed when there is none."""
    [case_id] = a_case()
    found = Measure.objects.filter(case=case_id, kind__code=code).first()
    if found is not None:
        return found
    kind = MeasureKind.objects.get(code=code)
    task = Task(party=kind.party, due_on=TODAY)
    return service.propose(case_id, kind.pk, task, by=_by(), on=TODAY, note="Avtalt på telefon")


def a_proposed_measure() -> list[int]:
    return [_measure("debt-advice").pk]


def a_running_measure() -> list[int]:
    """Support that goes on: everything can be done to it."""
    row = _measure("practical-help")
    if row.state == "proposed":
        task = Task(party="welfare", responsible="Hjemmetjenesten", due_on=TODAY)
        service.start(
            row.pk, task, started_on=TODAY, by=_by(), on=TODAY, version=row.version, trial_to=TODAY
        )
    return [row.pk]


def a_measure_that_is_over() -> list[int]:
    row = _measure("benefits")
    if row.state == "proposed":
        service.finish(
            row.pk, "partly", ended_on=TODAY, by=_by(), on=TODAY, version=row.version, note="Søkt"
        )
    return [row.pk]


def an_occupant() -> list[int]:
    [case_id] = a_case()
    found = Occupant.objects.filter(case=case_id).first()
    if found is None:
        about = "Mann i 30-årene, framleier et rom"
        found = add_occupant(case_id, about=about, seen_on=TODAY, by=_by(), on=TODAY)
    return [found.pk]


def a_shared_case() -> list[int]:
    """A case that the landlord may see whose it is."""
    case = Case.objects.get(pk=a_case()[0])
    if case.sharing_basis == "none":
        said = {"source": "Samtykket på telefon", "since": TODAY}
        set_sharing(case.pk, "consent", by=_by(), on=TODAY, **said)
    return [case.pk]


def a_dwelling_with_a_case() -> list[int]:
    return [Case.objects.select_related("lease").get(pk=a_case()[0]).lease.dwelling_id]


def a_head_action() -> list[int]:
    found = HeadLandlordAction.objects.filter(closed_on=None).first()
    if found is None:
        found = receive(
            a_dwelling_with_a_case()[0],
            "order_to_sell",
            received_on=TODAY,
            deadline_on=TODAY,
            note="Klager over bråk om natten",
            by=_by(),
            on=TODAY,
        )
    return [found.pk]


ON_A_MEASURE = {
    "measure_start": a_proposed_measure,
    "measure_reject": a_proposed_measure,
    "measure_change": a_running_measure,
    "measure_try": a_running_measure,
    "measure_finish": a_running_measure,
    "measure_drop": a_running_measure,
    "measure_not_enough": a_running_measure,
    "measure_reopen": a_measure_that_is_over,
}
"""Each step on a measure, and one it can be taken on."""

ABOUT_MEASURES = ("measures", "measure_new", "children", "occupant_new")

VISITS = [
    *(Visit(f"arrears:{name}", COORDINATOR, a_case) for name in ABOUT_MEASURES),
    *(Visit(f"arrears:{name}", COORDINATOR, where) for name, where in ON_A_MEASURE.items()),
    Visit("arrears:measure", COORDINATOR, a_running_measure),
    Visit("arrears:measure", COORDINATOR, a_measure_that_is_over),
    Visit("arrears:measures", LANDLORD, a_shared_case),
    Visit("arrears:occupant", COORDINATOR, an_occupant),
    Visit("desk:head_action_new", LANDLORD, a_dwelling_with_a_case),
    Visit("desk:head_action", LANDLORD, a_head_action),
    Visit("desk:head_action_close", LANDLORD, a_head_action),
    Visit("desk:head_actions", COORDINATOR),
]
