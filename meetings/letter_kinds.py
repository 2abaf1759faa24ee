"""The kinds of letters about meetings: the minutes, and the summons.

Neither has an address window: the minutes go to nobody, the summons to all who are invited. What
was said and decided comes as parts with headings,
so a template can move it and write around it, but never leave it out.
"""

from django.utils.translation import gettext_lazy as _

from boligsak.letters import registry
from boligsak.letters.registry import ITEMS, PARTS, TABLE, TEXT, Field, LetterKind, Part

MINUTES = "meeting-minutes"
SUMMONS = "meeting-summons"

LANGUAGE = "nb"
"""Decisions, parties and reasons are said in one language, as in notices."""

_GOOD_PRACTICE = "god forvaltningsskikk"

_MEETING = (
    Field("meeting", _("number of the meeting"), "M2026-0012"),
    Field("held", _("day and time of the meeting"), "25.11.2026 kl. 09.00", True, _GOOD_PRACTICE),
    Field("place", _("where the meeting is held"), "Rådhuset, møterom 3"),
)
_MINUTES = (
    *_MEETING,
    Field("secretary", _("who held the pen"), "Kari Nordmann"),
    Field(
        "people",
        _("who was there and who was not, by party"),
        registry.table(
            [
                ("Navn", "Part", "Oppmøte"),
                ("Kari Nordmann", "helse- og velferdskontoret", "til stede"),
                ("Per Utleier", "utleier", "til stede"),
            ]
        ),
        True,
        _GOOD_PRACTICE,
        TABLE,
    ),
    Field(
        "cases",
        _("each case with what was said and decided"),
        registry.parts(
            [
                Part(
                    "Sak 2026-00001 – Čáhppe Ánne Ørjasæter, Innherredsveien 3 B",
                    "Avtalen om nedbetaling holdes.",
                    [
                        ("Vedtak", "Fortsett med tiltak"),
                        ("Begrunnelse", "Hun betaler hver måned."),
                        ("Ansvarlig", "Kari Nordmann"),
                        ("Frist", "20.12.2026"),
                    ],
                )
            ]
        ),
        True,
        _GOOD_PRACTICE,
        PARTS,
        may_be_empty=True,
    ),
    Field(
        "issues",
        _("each routine that was talked about"),
        registry.parts([Part("Oppsigelser meldes for sent", "Utleier varsler samme dag.")]),
        True,
        _GOOD_PRACTICE,
        PARTS,
        may_be_empty=True,
    ),
    Field(
        "carried",
        _("what was not reached"),
        registry.items(["Sak 2026-00007"]),
        True,
        _GOOD_PRACTICE,
        ITEMS,
        may_be_empty=True,
    ),
    Field(
        "dropped",
        _("what was taken off the agenda, and why"),
        registry.items(["Sak 2026-00009: Leietakeren har betalt."]),
        True,
        _GOOD_PRACTICE,
        ITEMS,
        may_be_empty=True,
    ),
    Field(
        "version",
        _("said in the version without names"),
        "I denne utgaven er sakene bare nevnt med nummer.",
        shape=TEXT,
    ),
)
_SUMMONS = (
    *_MEETING,
    Field("lasts", _("how long the meeting is"), "90 minutter"),
    Field("changed", _("when the meeting was moved: why"), "Flyttet fordi salen var opptatt."),
    Field(
        "people",
        _("who is invited, by party"),
        registry.table(
            [("Navn", "Part"), ("Kari Nordmann", "helse- og velferdskontoret")],
        ),
        True,
        _GOOD_PRACTICE,
        TABLE,
    ),
    Field(
        "agenda",
        _("what is on the agenda, cases by their number alone"),
        registry.items(["Sak 2026-00001", "Oppsigelser meldes for sent"]),
        shape=ITEMS,
    ),
)


def register() -> None:
    registry.register(
        LetterKind(MINUTES, _("Minutes of a coordination meeting"), _MINUTES, is_addressed=False)
    )
    registry.register(
        LetterKind(
            SUMMONS,
            _("Summons to a coordination meeting"),
            _SUMMONS,
            by_email=True,
            is_addressed=False,
        )
    )
