"""What the program's role has no right to, whatever it tells the triggers."""

import pgtrigger
import pytest
from django.db import ProgrammingError, connection, transaction

pytestmark = pytest.mark.django_db

ADDED_TO = (
    "accounts_lookup",
    "arrears_caseact",
    "arrears_casecost",
    "arrears_caseevent",
    "arrears_childrenassessment",
    "arrears_contactattemptevent",
    "arrears_debtsettlementevent",
    "arrears_emergencyact",
    "arrears_expectedpaymentevent",
    "arrears_flagchange",
    "arrears_gateanswer",
    "arrears_interestpart",
    "arrears_ledgerline",
    "arrears_measureevent",
    "arrears_measurekindevent",
    "arrears_noticeevent",
    "arrears_noticeservingevent",
    "arrears_occupantevent",
    "arrears_referralevent",
    "arrears_referralstep",
    "arrears_repaymentplanevent",
    "arrears_tenantview",
    "letters_dispatchact",
    "letters_documentparty",
    "meetings_addition",
    "meetings_agendaitemevent",
    "meetings_issuenote",
    "meetings_meetingevent",
    "meetings_minutes",
    "meetings_seriesevent",
    "meetings_systemissueevent",
    "tenants_absenceevent",
    "tenants_appealevent",
    "tenants_applicationact",
    "tenants_applicationevent",
    "tenants_applicationmemberevent",
    "tenants_complaintact",
    "tenants_complaintevent",
    "tenants_conditionevent",
    "tenants_consent",
    "tenants_contractsignature",
    "tenants_criterionevent",
    "tenants_decisionevent",
    "tenants_dwellingevent",
    "tenants_dwellingholdevent",
    "tenants_economyassessment",
    "tenants_estateevent",
    "tenants_guaranteeevent",
    "tenants_guardianshipevent",
    "tenants_headlandlordactionevent",
    "tenants_leaseact",
    "tenants_leasecontractevent",
    "tenants_leaseevent",
    "tenants_leasepartyevent",
    "tenants_moveoutevent",
    "tenants_offerevent",
    "tenants_personevent",
    "tenants_renttermevent",
    "tenants_serviceagreementevent",
    "tenants_supportassessment",
    "tenants_supportmeasureevent",
)


NEVER_REMOVED = (
    "arrears_case",
    "arrears_casedecision",
    "arrears_casetrigger",
    "arrears_chargedispute",
    "arrears_contactattempt",
    "arrears_debtsettlement",
    "arrears_flag",
    "arrears_importassignment",
    "arrears_measure",
    "arrears_nextstep",
    "arrears_paymentimport",
    "arrears_referral",
    "arrears_repaymentplan",
    "arrears_task",
    "arrears_unplacedpayment",
    "letters_dispatch",
    "letters_document",
    "meetings_agendaitem",
    "meetings_meeting",
    "meetings_systemissue",
    "tenants_application",
    "tenants_complaint",
    "tenants_condition",
    "tenants_decision",
    "tenants_offer",
    "tenants_partychange",
    "tenants_rentchange",
)


def _key(table: str) -> str:
    return "pgh_id" if table.endswith("event") else "id"


@pytest.mark.parametrize(
    "statement",
    [
        *(f"DELETE FROM {table}" for table in (*ADDED_TO, *NEVER_REMOVED)),
        *(f"UPDATE {table} SET {_key(table)} = 0" for table in ADDED_TO),
        *(f"TRUNCATE {table}" for table in ADDED_TO),
    ],
)
def test_the_program_cannot_change_what_is_only_added_to(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        pgtrigger.ignore(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_every_history_of_rows_is_only_added_to() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'pgh_id'"
        )
        assert {name for (name,) in cursor.fetchall()} <= set(ADDED_TO)
