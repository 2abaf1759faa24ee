"""Where the pages of letters stand: a draft and a warning that was sent, on a case of their own."""

from collections.abc import Callable

from django.db.models import QuerySet

from arrears.models import Case, Flag, Notice, NoticeState, OpenCharge
from arrears.services.cases.opening import open_cases
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.making import Wanted
from arrears.services.notices.sending import Serving, send_notice, still_to_serve
from boligsak.accounts.models import User
from tests.browser.case_places import a_case
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, Visit

WORDS = "Ring oss gjerne."


def _ours() -> QuerySet[Notice]:
    """The letters written here; the town has others."""
    return Notice.objects.filter(own_words=WORDS).order_by("pk")


def _by() -> User:
    return User.objects.get(username="koordinator")


def a_case_for_letters() -> list[int]:
    """Another case than the one that plans are made on: a running plan rests every demand."""
    found = _ours().values_list("case_id", flat=True).first()
    if found is not None:
        return [found]
    [other] = a_case()
    flags = Flag.objects.open().filter(
        kind="arrears", lease__is_protected=False, lease__moved_out_on=None
    )
    owed = OpenCharge.objects.filter(kind="rent", due_on__lt=TODAY)
    free = (
        flags.filter(lease__in=owed.values("lease_id"))
        .exclude(lease__cases__status="open")
        .exclude(lease__cases=other)
    )
    pk = free.order_by("-level", "pk").values_list("pk", flat=True)[0]
    (opened,) = open_cases([pk], by=_by(), on=TODAY, owner=_by())
    return [opened.case_id or 0]


def _drafted() -> Notice:
    case = Case.objects.get(pk=a_case_for_letters()[0])
    lines = OpenCharge.objects.filter(
        lease=case.lease_id, kind__in=("rent", "utilities"), due_on__lt=TODAY
    )
    wanted = Wanted(
        kind="warning_a",
        dated_on=TODAY,
        line_ids=tuple(lines.values_list("line_id", flat=True)),
        own_words=WORDS,
    )
    return draft_notice(case.pk, wanted, by=_by(), on=TODAY)


def a_letter() -> list[int]:
    """A warning that was sent to everybody it concerns."""
    found = _ours().filter(state=NoticeState.SENT).first()
    if found is None:
        found = _drafted()
        servings = [
            Serving(
                person_id=person_id,
                guardianship_id=guardianship_id,
                channel="letter",
                proof="Sporing RR123456789NO",
            )
            for person_id, guardianship_id in still_to_serve(found.case, TODAY, ())
        ]
        send_notice(found.pk, servings, sent_on=TODAY, by=_by(), on=TODAY)
    return [found.pk]


def a_drafted_letter() -> list[int]:
    found = _ours().filter(state=NoticeState.DRAFT).first()
    return [(found or _drafted()).pk]


def an_answer() -> list[int]:
    return [Notice.objects.get(pk=a_letter()[0]).servings.order_by("pk")[0].pk]


def to_write(kind: str) -> Callable[[], list[int | str]]:
    return lambda: [*a_case_for_letters(), kind]


KINDS = ("reminder", "warning_a", "warning_b", "termination", "nuisance_warning")
ON_A_DRAFT = (
    "notice",
    "notice_print",
    "notice_rewrite",
    "notice_queue",
    "notice_send",
    "notice_withdraw",
    "notice_take_back",
)
ON_A_LETTER = ("notice", "notice_print", "notice_serve", "notice_withdraw")

VISITS = [
    Visit("arrears:notice_new", COORDINATOR, a_case_for_letters),
    *(Visit("arrears:notice_write", COORDINATOR, to_write(kind)) for kind in KINDS),
    *(Visit(f"arrears:{name}", COORDINATOR, a_drafted_letter) for name in ON_A_DRAFT),
    *(Visit(f"arrears:{name}", COORDINATOR, a_letter) for name in ON_A_LETTER),
    Visit("arrears:notice_answer", COORDINATOR, an_answer),
    Visit("arrears:nav_package_send", COORDINATOR, a_case_for_letters),
]
