"""The kinds of letters about applications and leases, and the fields each template may use.

Values are strings as they are to be read (`boligsak.show.day`, `kr`); lists and tables are made
with `registry.items` and `registry.table`. A § stands where the law asks for the content.
"""

import json
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from boligsak.letters import registry
from boligsak.letters.registry import ITEMS, TABLE, TEXT, Field, LetterKind

HOUSING_HELP = "decision-housing-help"
ALLOCATION = "decision-allocation"
PRELIMINARY = "preliminary-answer"
APPEAL_RECEIVED = "appeal-received"
APPEAL_SENT_ON = "appeal-sent-on"
APPEAL_RESULT = "appeal-result"
CONDITION_REMINDER = "condition-reminder"
OFFER = "offer"
LEASE_CONTRACT = "lease-contract"
SERVICE_AGREEMENT = "service-agreement"
LEASE_RENEWAL = "lease-renewal"
RENT_INDEXATION = "rent-indexation"
MOVE_OUT_SETTLEMENT = "move-out-settlement"

_APPLICATION = (
    Field("application", _("number of the application"), "S2026-00042"),
    Field("received_on", _("day the application was received"), "01.10.2026"),
)
_REASONS = "fvl. §§ 24 og 25"
_APPEAL = "fvl. § 27 tredje ledd"


def _decision(content_section: str, participation_section: str) -> Sequence[Field]:
    return (
        *_APPLICATION,
        Field("decision", _("number of the decision"), "V2026-00017"),
        Field("made_on", _("day the decision was made"), "20.11.2026", True, "fvl. § 27"),
        Field("outcome", _("outcome"), "Søknaden er innvilget.", True, "fvl. § 27"),
        Field(
            "content",
            _("what is decided"),
            "Du får hjelp til å skaffe og beholde en egnet bolig.",
            True,
            content_section,
            TEXT,
        ),
        Field(
            "rules",
            _("the criteria, each with its answer and legal source"),
            registry.items(
                ["Du er uten egnet bolig (kriteriene for kommunal bolig punkt 1): oppfylt."]
            ),
            True,
            "fvl. § 25 første ledd",
            ITEMS,
        ),
        Field(
            "reasons",
            _("reasons: the facts, and what was weighed"),
            "Du bor midlertidig hos familie og har to barn.",
            True,
            _REASONS,
            TEXT,
        ),
        Field(
            "participation",
            _("how the applicant took part"),
            "Du fortalte om behovet ditt i møte 12. oktober.",
            bool(participation_section),
            participation_section,
            TEXT,
        ),
        Field(
            "conditions",
            _("conditions"),
            registry.items(["Du inngår en avtale om gammel husleiegjeld innen 15.12.2026."]),
            True,
            "fvl. § 27",
            ITEMS,
            may_be_empty=True,
        ),
        Field("lasts_to", _("last day the decision is good for"), "20.11.2027"),
        Field("appeal_last_on", _("last day to appeal"), "14.12.2026", True, _APPEAL),
        Field("appeal_body", _("who hears the appeal"), "Statsforvalteren", True, _APPEAL),
        Field("handler", _("case handler"), "Kari Nordmann", True, "god forvaltningsskikk"),
        Field("responsible", _("who is responsible"), "Ola Berg", True, "god forvaltningsskikk"),
    )


_APPEALED = (
    Field("decision", _("number of the decision"), "V2026-00017"),
    Field("made_on", _("day the decision was made"), "20.11.2026"),
    Field("appeal_received_on", _("day the appeal was received"), "02.12.2026"),
)
_LEASE = (
    Field("lease", _("number of the lease"), "L-10432"),
    Field("dwelling", _("the dwelling's address"), "Innherredsveien 3 B, 7043 Trondheim"),
)

_CONTRACT = (
    *_LEASE,
    Field(
        "tenants",
        _("the tenants"),
        registry.items(["Ola Hansen, født 01.02.1980"]),
        True,
        "husleieloven § 1-4",
        ITEMS,
    ),
    Field("landlord", _("the landlord"), "Trondheim kommune", True, "husleieloven § 1-4"),
    Field("starts_on", _("first day"), "01.12.2026"),
    Field("term", _("how long the contract lasts"), "Kontrakten er tidsbestemt."),
    Field("ends_on", _("last day; empty when open-ended"), "30.11.2029"),
    Field("rent", _("rent a month"), "9 000,00 kr"),
    Field("due_day", _("day of the month the rent is due"), "20"),
    Field("account", _("account to pay to"), "1234 56 78903"),
    Field("kid", _("KID"), "1234567892"),
    Field("security", _("deposit or guarantee"), "Kommunen krever ikke depositum."),
    Field(
        "term_reason",
        _("why the term is shorter than three years"),
        "Boligen skal rehabiliteres.",
        shape=TEXT,
    ),
)


def _signers(fields: Mapping[str, str]) -> list[str]:
    """Who signs a contract: the landlord, and each tenant."""
    return [fields["landlord"], *json.loads(fields["tenants"])]


KINDS: tuple[LetterKind, ...] = (
    LetterKind(
        HOUSING_HELP,
        _("Decision on housing help"),
        _decision("boligsosialloven", "boligsosialloven"),
    ),
    LetterKind(ALLOCATION, _("Decision on a municipal home"), _decision("fvl. § 27", "")),
    LetterKind(
        PRELIMINARY,
        _("Preliminary answer"),
        (
            *_APPLICATION,
            Field(
                "why",
                _("why it takes time"),
                "Vi venter på opplysninger om økonomien din.",
                True,
                "fvl. § 11 a andre ledd",
                TEXT,
            ),
            Field(
                "expected_on",
                _("when an answer can be expected"),
                "15.01.2027",
                True,
                "fvl. § 11 a andre ledd",
            ),
        ),
    ),
    LetterKind(
        APPEAL_RECEIVED,
        _("Appeal received"),
        (
            *_APPEALED,
            Field("expected_on", _("when an answer can be expected"), "05.01.2027"),
            Field(
                "late",
                _("what is said of an appeal that came too late"),
                "Klagen kom etter fristen.",
                shape=TEXT,
            ),
        ),
    ),
    LetterKind(
        APPEAL_SENT_ON,
        _("Appeal sent on to the appeal body"),
        (
            *_APPEALED,
            Field("sent_on", _("day it was sent on"), "20.12.2026", True, "fvl. § 33 fjerde ledd"),
            Field("appeal_body", _("who hears the appeal"), "Statsforvalteren", True, "fvl. § 33"),
            Field(
                "assessment",
                _("the new assessment"),
                "Vi har vurdert saken på nytt og kommet til det samme.",
                True,
                "fvl. § 33 andre og fjerde ledd",
                TEXT,
            ),
        ),
    ),
    LetterKind(
        APPEAL_RESULT,
        _("Result of the appeal"),
        (
            *_APPEALED,
            Field("result", _("result"), "Vedtaket er endret til din fordel.", True, "fvl. § 27"),
            Field(
                "reasons",
                _("reasons: the facts, and what was weighed"),
                "Nye opplysninger viser at du er uten egnet bolig.",
                True,
                _REASONS,
                TEXT,
            ),
        ),
    ),
    LetterKind(
        CONDITION_REMINDER,
        _("Reminder of conditions"),
        (
            *_APPLICATION,
            Field("decision", _("number of the decision"), "V2026-00017"),
            Field(
                "conditions",
                _("conditions that are not met"),
                registry.items(["Du inngår en avtale om gammel husleiegjeld innen 15.12.2026."]),
                shape=ITEMS,
            ),
            Field("due_on", _("last day to meet them"), "15.12.2026"),
        ),
    ),
    LetterKind(
        OFFER,
        _("Offer of a home"),
        (
            *_APPLICATION,
            Field("dwelling", _("the dwelling's address"), "Innherredsveien 3 B, 7043 Trondheim"),
            Field("rooms", _("number of rooms"), "3"),
            Field("area", _("area in square metres"), "68"),
            Field("access", _("access to the dwelling"), "Trinnfri adkomst."),
            Field("rent", _("rent a month"), "9 000,00 kr"),
            Field("available_from", _("free from"), "01.12.2026"),
            Field("expires_on", _("last day to answer"), "30.11.2026"),
            Field(
                "conditions",
                _("conditions that must be met first"),
                registry.items(["Du inngår en avtale om gammel husleiegjeld."]),
                shape=ITEMS,
            ),
        ),
    ),
    LetterKind(
        LEASE_CONTRACT,
        _("Lease contract"),
        (
            *_CONTRACT,
            Field(
                "purpose",
                _("the dwelling's purpose and the exceptions agreed"),
                "Boligen er en kommunal bolig for personer som trenger hjelp til å skaffe bolig.",
                True,
                "husleieloven § 11-1",
                TEXT,
            ),
            Field(
                "clause_a",
                _("eviction clause, unpaid rent; empty when not agreed"),
                "Leieren vedtar at tvangsfravikelse kan kreves når leien ikke blir betalt innen "
                "14 dager etter at skriftlig varsel er sendt.",
                True,
                "tvfbl. § 13-2 tredje ledd bokstav a",
                TEXT,
                may_be_empty=True,
            ),
            Field(
                "clause_b",
                _("eviction clause, expired lease; empty when not agreed"),
                "Leieren vedtar at tvangsfravikelse kan kreves når leietiden er løpt ut.",
                True,
                "tvfbl. § 13-2 tredje ledd bokstav b",
                TEXT,
                may_be_empty=True,
            ),
        ),
        signers=_signers,
    ),
    LetterKind(
        SERVICE_AGREEMENT,
        _("Service agreement"),
        (
            *_CONTRACT,
            Field(
                "services",
                _("services besides the use of the dwelling"),
                "Miljøtjenesten kommer hver uke.",
                shape=TEXT,
            ),
            Field("ends_when", _("what ends it"), "Når hjelpen ikke lenger trengs.", shape=TEXT),
            Field("review_on", _("when it is looked at again"), "01.06.2027"),
        ),
        signers=_signers,
    ),
    LetterKind(
        LEASE_RENEWAL,
        _("Renewed lease"),
        (
            *_LEASE,
            Field("old_ends_on", _("last day of the old term"), "30.11.2026"),
            Field("starts_on", _("first day of the new term"), "01.12.2026"),
            Field("ends_on", _("last day of the new term; empty when open-ended"), "30.11.2029"),
            Field("term", _("what is agreed"), "Kontrakten er fornyet for tre år."),
            Field("rent", _("rent a month"), "9 000,00 kr"),
            Field(
                "term_reason",
                _("why the term is shorter than three years"),
                "Boligen skal rehabiliteres.",
                shape=TEXT,
            ),
        ),
        by_email=True,
    ),
    LetterKind(
        RENT_INDEXATION,
        _("Rent adjusted by the consumer price index"),
        (
            *_LEASE,
            Field("old_rent", _("rent a month until now"), "9 000,00 kr"),
            Field("new_rent", _("new rent a month"), "9 180,00 kr", True, "husleieloven § 4-2"),
            Field(
                "effective_on",
                _("day the new rent takes effect"),
                "01.03.2027",
                True,
                "husleieloven § 4-2",
            ),
            Field("last_set_on", _("day the rent was last set"), "01.03.2026"),
            Field("from_index", _("index when the rent was last set"), "135,4 (februar 2026)"),
            Field("to_index", _("index now"), "138,1 (oktober 2026)"),
            Field("change", _("change in per cent"), "2,0 %"),
        ),
        by_email=True,
    ),
    LetterKind(
        MOVE_OUT_SETTLEMENT,
        _("Settlement after moving out"),
        (
            *_LEASE,
            Field("moved_out_on", _("last day in the dwelling"), "31.10.2026"),
            Field("inspected_on", _("day of the inspection"), "01.11.2026"),
            Field(
                "lines",
                _("what is settled, line by line"),
                registry.table(
                    [
                        ("Hva", "Beløp"),
                        ("Husleie for oktober", "9 000,00 kr"),
                        ("Nøkkel", "450,00 kr"),
                    ]
                ),
                shape=TABLE,
            ),
            Field(
                "result", _("what remains to be paid or is paid back"), "Du skylder 9 450,00 kr."
            ),
            Field("pay_to", _("how to pay"), "Betal til konto 1234 56 78903, KID 1234567892."),
            Field("pay_by", _("last day to pay"), "15.12.2026"),
        ),
        by_email=True,
    ),
)


def register() -> None:
    for one in KINDS:
        registry.register(one)
