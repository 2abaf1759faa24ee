"""Where the pages about cases stand: a case on a lease that owes, and its own steps."""

from collections.abc import Callable

from arrears.models import Case, CaseTransfer, Disqualification, Flag, Task
from arrears.services.cases.handing import ask_transfer, disqualify
from arrears.services.cases.opening import open_cases
from arrears.services.tasks import make_task
from boligsak.accounts.models import Office, User
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, LANDLORD, Visit


def _user(name: str) -> User:
    return User.objects.get(username=name)


def a_case() -> list[int]:
    """An open case that nobody is shut out of, opened from the gravest flag."""
    found = Case.objects.open().filter(lease__is_protected=False).order_by("pk").first()
    if found is None:
        flag = Flag.objects.open().filter(kind="arrears", lease__is_protected=False)
        pk = flag.order_by("-level", "pk").values_list("pk", flat=True)[0]
        by = _user("koordinator")
        (opened,) = open_cases([pk], by=by, on=TODAY, owner=by)
        return [opened.case_id or 0]
    return [found.pk]


def a_case_and(word: str) -> Callable[[], list[int | str]]:
    return lambda: [*a_case(), word]


def a_lease_without() -> list[int]:
    flags = (
        Flag.objects.open().filter(lease__is_protected=False).exclude(lease__cases__status="open")
    )
    return [flags.order_by("pk").values_list("lease_id", flat=True)[0]]


def an_offer() -> list[int]:
    found = CaseTransfer.objects.filter(state="waiting").first()
    if found is None:
        office = Office.objects.exclude(pk=Case.objects.get(pk=a_case()[0]).office_id).first()
        assert office is not None
        found = ask_transfer(
            a_case()[0],
            to_office=office,
            to_owner=None,
            reason="Familien flytter til den andre bydelen",
            by=_user("koordinator"),
            on=TODAY,
        )
    return [found.pk]


def a_disqualification() -> list[int]:
    found = Disqualification.objects.filter(lifted_on=None).first()
    if found is None:
        found = disqualify(
            a_case()[0],
            _user("lerkendal1"),
            reason="Svoger av leietakeren",
            by=_user("koordinator"),
            on=TODAY,
        )
    return [found.pk]


def a_task() -> list[int]:
    found = Task.objects.open().filter(case__in=a_case()).first()
    if found is None:
        found = make_task(
            kind="by_hand",
            case=Case.objects.get(pk=a_case()[0]),
            title="Ring Nav om bostøtten",
            due_on=TODAY,
            by=_user("koordinator"),
            on=TODAY,
        )
    return [found.pk]


ON_A_CASE = (
    "case_owner",
    "case_transfer",
    "case_disqualify",
    "case_trigger",
    "case_close",
    "case_reopen",
    "case_sharing",
    "case_meeting",
    "case_note",
    "case_task",
)

VISITS = [
    Visit("desk:cases", COORDINATOR),
    Visit("desk:cases", COORDINATOR, query="status=closed"),
    Visit("desk:cases", LANDLORD),
    Visit("desk:case", COORDINATOR, a_case),
    Visit("desk:case", LANDLORD, a_case),
    Visit("arrears:case_new", COORDINATOR, a_lease_without),
    Visit("arrears:case_transfer_answer", COORDINATOR, an_offer),
    Visit("arrears:case_disqualify_lift", COORDINATOR, a_disqualification),
    Visit("arrears:case_trigger_end", COORDINATOR, a_case_and("arrears")),
    Visit("arrears:task", COORDINATOR, a_task),
    *(Visit(f"arrears:{name}", COORDINATOR, a_case) for name in ON_A_CASE),
]
