"""The coordination meetings of the demo: one series an office, held as they are held elsewhere."""

import datetime as dt

from arrears.models import Party
from boligsak.accounts.models import Office, RoleAssignment, User
from boligsak.desk.demo.chance import Chance
from meetings.models import AgendaItem, Meeting, MeetingState, SystemIssue
from meetings.services.agenda import fill_agenda
from meetings.services.closing import close_meeting
from meetings.services.series import Invited, SeriesFacts, start_series
from meetings.services.session import Words, open_meeting, save_item, set_presence

_DAY = dt.timedelta(days=1)
_WEEKS_AGO = 4
_MOST_ITEMS = 8
_DECIDED = {"continue": 5.0, "offer_plan": 3.0, "take_up_again": 2.0, "stop": 0.5}
_REASONS = {
    "continue": "Tiltakene er nettopp satt i gang, og leietakeren deltar.",
    "offer_plan": "Leietakeren har fått inntekt og ønsker en avtale.",
    "take_up_again": "Vi venter på svar fra Nav.",
    "stop": "Kravet er betalt av Nav.",
}
_SAID = (
    "Kontoret gikk gjennom hva som er prøvd. Partene er enige om veien videre.",
    "Utleier opplyser at det ikke er klager fra naboene.",
    "Boligenheten ser etter en rimeligere bolig i samme bydel.",
)
_ISSUES = (
    (
        "Varsel om oppsigelse går uten kopi til kontoret",
        "Utleier sender oppsigelser uten at forvaltningskontoret får vite det samme dag.",
    ),
    (
        "Kontrakter som løper ut om sommeren",
        "Fornyelser blir liggende i ferien. Vi trenger en fast dag i mai for gjennomgang.",
    ),
)


class Meetings:
    """Acts on the evening after each night: a meeting of the day is held."""

    def __init__(self, seed: int, today: dt.date, users: dict[str, User]) -> None:
        self._seed = seed
        self._starts_on = today - _WEEKS_AGO * 7 * _DAY
        self._users = users
        self._coordinator = users["koordinator"]
        self._is_started = False

    def day(self, day: dt.date) -> None:
        if day < self._starts_on:
            return
        if not self._is_started:
            self._start(day)
        today = Meeting.objects.filter(held_on=day, state=MeetingState.PLANNED)
        for meeting in today.order_by("pk"):
            self._hold(meeting, day)

    def _start(self, day: dt.date) -> None:
        self._is_started = True
        for place, office in enumerate(Office.objects.order_by("name")):
            workers = RoleAssignment.objects.filter(role="caseworker", office=office)
            members = [
                Invited(Party.WELFARE, user_id=self._coordinator.pk),
                *(
                    Invited(Party.WELFARE, user_id=pk)
                    for pk in workers.order_by("pk").values_list("user_id", flat=True)
                ),
                Invited(Party.LANDLORD, user_id=self._users["utleier"].pk),
                Invited(Party.HOUSING_UNIT, user_id=self._users["boligenhet"].pk),
            ]
            facts = SeriesFacts(
                office_id=office.pk,
                name=f"Samarbeidsmøte {office.name}",
                weekday=1 + place % 3,
                every_weeks=2,
                starts_on=day,
                ends_on=None,
                at_time=dt.time(9 if place % 2 else 12, 30),
                minutes=90,
                place=f"Møterom 2, {office.name}",
            )
            start_series(facts, members, by=self._coordinator, on=day)
        for title, text in _ISSUES:
            SystemIssue.objects.create(
                title=title,
                text=text,
                raised_on=day,
                raised_by=self._users["utleier"],
                due_on=day + 60 * _DAY,
            )

    def _hold(self, meeting: Meeting, day: dt.date) -> None:
        chance = Chance(self._seed, "meeting", meeting.number)
        fill_agenda(meeting.pk, by=None, on=day)
        open_meeting(meeting.pk, by=self._coordinator, on=day)
        for row in meeting.attendances.order_by("pk"):
            if row.user_id == self._coordinator.pk or chance.happens(0.9):
                set_presence(row.pk, "present", by=self._coordinator)
        cases = meeting.items.filter(case__isnull=False).select_related("case__lease")
        taken = [item for item in cases.order_by("position") if self._is_known(item)]
        for item in taken[:_MOST_ITEMS]:
            self._decide(item, chance, day)
        close_meeting(meeting.pk, by=self._coordinator, on=day)

    def _is_known(self, item: AgendaItem) -> bool:
        """The coordinator may write on it: an unshared case of another party stays a number."""
        return item.case is not None and item.case.party == Party.WELFARE

    def _decide(self, item: AgendaItem, chance: Chance, day: dt.date) -> None:
        decision = chance.one_of(_DECIDED)
        words = Words(
            note=chance.choice(_SAID),
            decision=decision,
            reason=_REASONS[decision],
            party=Party.WELFARE,
            owner_id=item.case.owner_id if item.case else None,
            due_on=day + 14 * _DAY if decision in ("continue", "offer_plan") else None,
            again_on=day + 28 * _DAY if decision == "take_up_again" else None,
        )
        save_item(item.pk, words, version=item.version, by=self._coordinator)
