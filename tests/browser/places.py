"""Where every page of the program stands: its name, who visits it, and which rows it shows."""

import io
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import admin
from django.urls import URLPattern, get_resolver, reverse

from arrears.models import ChargeDispute, Flag, LedgerLine, PaymentImport, UnplacedPayment
from arrears.services.imports import import_file
from arrears.services.ledger import dispute
from arrears.services.portfolio import JOB
from boligsak.accounts.grants import GRANTS
from boligsak.accounts.grants import LANDLORD as ROLE_OF_LANDLORD
from boligsak.accounts.models import LookUp, User
from boligsak.jobs.models import JobRun
from tenants.models import Lease, Person
from tests.browser import (
    application_places,
    complaint_places,
    decision_places,
    document_places,
    offer_places,
)
from tests.browser.bank import mistyped, payment_file
from tests.browser.case_places import (
    ON_A_CASE,
    a_case,
    a_case_and,
    a_disqualification,
    a_lease_without,
    a_task,
    an_offer,
)
from tests.browser.contact_places import (
    ON_A_CONTACT,
    ON_A_VISIT,
    ON_THE_CASE,
    a_contact,
    a_day_of_visits,
    a_guardian,
    a_planned_visit,
    an_absence,
    somebody_on_a_case,
)
from tests.browser.lease_places import (
    ON_A_LEASE_THAT_ENDS,
    a_lease_that_ends,
    a_rent,
    an_indexation,
    an_unsigned_term,
    many_renewals,
)
from tests.browser.measure_places import (
    ABOUT_MEASURES,
    ON_A_MEASURE,
    a_dwelling_with_a_case,
    a_head_action,
    a_measure_that_is_over,
    a_running_measure,
    a_shared_case,
    an_occupant,
)
from tests.browser.meeting_places import (
    ON_A_PLANNED_MEETING,
    WITHOUT_ROWS,
    a_planned_meeting,
    a_series,
    a_system_issue,
    an_agenda_item,
)
from tests.browser.notice_places import (
    KINDS,
    ON_A_DRAFT,
    ON_A_LETTER,
    a_case_for_letters,
    a_drafted_letter,
    a_letter,
    an_answer,
    to_write,
)
from tests.browser.outbox_places import (
    ON_A_BATCH,
    ON_A_LETTER_THAT_CAME_BACK,
    ON_A_LETTER_THAT_WAITS,
    ON_MANY,
    TABS,
    a_batch,
    a_letter_in_a_batch,
    a_letter_that_came_back,
    a_waiting_letter,
    an_office_that_prints,
    letters_for_approval,
    letters_to_many,
    the_kind,
)
from tests.browser.plan_places import a_case_with_a_payer, a_draft, a_plan
from tests.browser.referral_places import ON_A_REFERRAL, of_the_gate
from tests.browser.referral_places import ON_THE_CASE as AT_THE_GATE
from tests.browser.session_places import (
    ON_A_SESSION,
    ON_ITEMS,
    a_session,
    an_item,
    held_minutes,
)
from tests.browser.step_places import EDITOR, ON_A_STEP, a_next_step, a_policy_step
from tests.browser.template_places import (
    ON_A_DRAFT_TEMPLATE,
    ON_A_TEMPLATE,
    a_drafted_template,
    a_template,
)
from tests.browser.town import TODAY

NOT_PAGES = {
    # Answers to a form; the page that holds the form is visited.
    "desk:assign",
    "desk:open_cases",
    "desk:identity",
    "arrears:unplaced_search",
    "arrears:move_search",
    "meetings:fill",
    "meetings:move_item",
    "meetings:session_open",
    "meetings:session_pen",
    "meetings:session_presence",
    "meetings:session_save",
    "tenants:bulk_new",
    "set_language",
    "accounts:work_as",
    # Files.
    "arrears:collector_file",
    "arrears:petition_draft",
    "desk:document_file",
    "desk:document_picture",
    "letters:dispatch_file",
    "letters:batch_file",
    "letters:bulk_letter",
    "letters:bulk_choose",
    "letters:bulk_office",
    "letters:bulk_progress",
    "letters:archive_file",
    "letters:archive_progress",
    "letters:journal_export",
    "arrears:notice_pdf",
    "arrears:plan_pdf",
    "arrears:nav_package_pdf",
    "letters:template_preview",
    "meetings:calendar_ics",
    "meetings:meeting_ics",
    "meetings:minutes_pdf",
    "meetings:summons_pdf",
    "desk:worklist_export",
    "desk:leases_export",
    "desk:cases_export",
    "desk:complaints_export",
    "desk:ledger_export",
    "desk:head_actions_export",
    "accounts:lookups_export",
    "accounts:person_log_export",
    "mfa_download_recovery_codes",
    "desk:applications_export",
    "tenants:conditions_export",
    "tenants:decision_preview",
    "tenants:offers_export",
    "tenants:vacancies_export",
    "tenants:waiting_export",
    "tenants:expiring_export",
    "tenants:bulk_export",
    "tenants:index_export",
    # Parts of a page.
    "tenants:bulk_progress",
    "tenants:index_progress",
    "arrears:import_progress",
    "admin:portfolio_progress",
    # For machines, and addresses that only lead on.
    "healthz",
    "desk:home",
    # Of the package that signs people in: steps on the way that need a code, a key or a mail. Their
    # templates are tested in tests/look/test_sign_in.py.
    "account_inactive",
    "account_confirm_login_code",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}


class Visit(NamedTuple):
    """`where` finds the rows in the address; `query` is what stands behind the question mark."""

    page: str
    user: str | None
    where: Callable[[], list[Any]] = list
    query: str = ""

    def __str__(self) -> str:
        return f"{self.page}-{self.user}{'-' if self.query else ''}{self.query}"

    def path(self) -> str:
        return reverse(self.page, args=self.where()) + (f"?{self.query}" if self.query else "")


# --- The rows ---------------------------------------------------------------------------------


def owing() -> list[int]:
    flag = Flag.objects.open().filter(kind="arrears", lease__is_protected=False)
    return [flag.order_by("-level", "pk").values_list("lease_id", flat=True)[0]]


def protected() -> list[int]:
    leases = Lease.objects.filter(is_protected=True, moved_out_on=None)
    return [leases.order_by("pk").values_list("pk", flat=True)[0]]


def tenant() -> list[int]:
    [lease_id] = owing()
    parties = Person.objects.filter(lease_parties__lease_id=lease_id)
    return [parties.order_by("pk").values_list("pk", flat=True)[0]]


def dwelling() -> list[int]:
    return [Lease.objects.get(pk=owing()[0]).dwelling_id]


def line(kind: str) -> Callable[[], list[int]]:
    def find() -> list[int]:
        lines = LedgerLine.objects.filter(kind=kind, corrects=None, lease__is_protected=False)
        return [lines.order_by("-effective_on", "pk").values_list("pk", flat=True)[0]]

    return find


def payment_and_lease() -> list[int]:
    return [*line("payment")(), *owing()]


def own_tenant() -> list[int]:
    """A tenant whom a caseworker of one office may see."""
    people = Person.objects.visible_to(User.objects.get(username="saksbehandler"))
    return [people.filter(protection=0).order_by("pk").values_list("pk", flat=True)[0]]


def open_dispute() -> list[int]:
    found = ChargeDispute.objects.filter(closed_on=None, line__lease__is_protected=False).first()
    if found is None:
        by = User.objects.get(username="utleier")
        found = dispute(line("rent")()[0], 100_000, on=TODAY, note="Fukt på badet", by=by)
    return [found.pk]


def done_import() -> list[int]:
    return [PaymentImport.objects.filter(state="done").order_by("pk")[0].pk]


def refused_import() -> list[int]:
    found = PaymentImport.objects.filter(state="refused").first()
    return [(found or send_in(b"this is no payment file\n", "notat.txt")).pk]


def send_in(file: bytes, name: str) -> PaymentImport:
    return import_file(io.BytesIO(file), filename=name, today=TODAY)


def unplaced() -> list[int]:
    """A payment whose KID is one slip away from a lease's."""
    found = UnplacedPayment.objects.filter(state="open").order_by("pk").first()
    if found is None:
        leases = Lease.objects.filter(moved_out_on=None, is_protected=False).exclude(kid="")
        kid = leases.order_by("pk").values_list("kid", flat=True)[0]
        send_in(payment_file(mistyped(kid), 905_000, "0099001"), "OCR.feilskrevet.txt")
        found = UnplacedPayment.objects.filter(state="open").order_by("pk")[0]
    return [found.pk]


def unplaced_and_lease() -> list[int]:
    return [*unplaced(), *owing()]


def look_up() -> list[int]:
    if not LookUp.objects.exists():
        user = User.objects.get(username="koordinator")
        LookUp.objects.create(user=user, page="desk:person", person_ids=tenant(), why="")
    return [LookUp.objects.order_by("pk")[0].pk]


def load() -> list[int]:
    return [JobRun.objects.filter(job=JOB).order_by("pk")[0].pk]


def first_of(model: Any) -> Callable[[], list[int]]:
    return lambda: [model.objects.order_by("pk").values_list("pk", flat=True)[0]]


# --- The pages --------------------------------------------------------------------------------

NOBODY, COORDINATOR, CASEWORKER = None, "koordinator", "saksbehandler"
HOUSING_UNIT, LANDLORD, MANAGER = "boligenhet", "utleier", "leder"
PRIVACY_OFFICER, ADMINISTRATOR = "personvern", "admin"

VISITS = [
    Visit("desk:dashboard", COORDINATOR),
    Visit("desk:worklist", COORDINATOR),
    Visit("desk:worklist", COORDINATOR, query="level=3&sort=-since"),
    Visit("desk:worklist", COORDINATOR, query="new=31.12.2029"),
    Visit("desk:worklist", COORDINATOR, query="new=tull"),
    Visit("desk:worklist", HOUSING_UNIT),
    Visit("desk:my_work", CASEWORKER),
    Visit("desk:my_work", COORDINATOR),
    Visit("desk:figures", MANAGER),
    Visit("desk:leases", COORDINATOR, query="tile=expiring"),
    Visit("desk:lease", COORDINATOR, owing),
    Visit("desk:lease", COORDINATOR, owing, "on=21.06.2026&months=36"),
    Visit("desk:lease", LANDLORD, owing),
    Visit("desk:lease", LANDLORD, protected),
    Visit("desk:lease", HOUSING_UNIT, owing),
    Visit("desk:person", COORDINATOR, tenant),
    Visit("desk:person", LANDLORD, tenant),
    Visit("desk:person_change", CASEWORKER, own_tenant),
    Visit("desk:person_change", COORDINATOR, tenant),
    Visit("desk:dwelling", COORDINATOR, dwelling),
    Visit("desk:search", COORDINATOR),
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
    *(Visit(f"arrears:{name}", COORDINATOR, a_case) for name in ON_THE_CASE),
    *(Visit(f"arrears:{name}", COORDINATOR, a_contact) for name in ON_A_CONTACT),
    *(Visit(f"arrears:{name}", COORDINATOR, a_planned_visit) for name in ON_A_VISIT),
    Visit("arrears:visits", COORDINATOR, a_day_of_visits),
    Visit("desk:absence_new", COORDINATOR, somebody_on_a_case),
    Visit("desk:absence_change", COORDINATOR, an_absence),
    Visit("desk:absence_withdraw", COORDINATOR, an_absence),
    Visit("desk:email_used", COORDINATOR, somebody_on_a_case),
    Visit("desk:guardian_new", COORDINATOR, somebody_on_a_case),
    Visit("desk:guardian_change", COORDINATOR, a_guardian),
    Visit("desk:person_death", COORDINATOR, somebody_on_a_case),
    Visit("arrears:new_plan", COORDINATOR, a_case),
    Visit("arrears:plan", COORDINATOR, a_plan),
    Visit("arrears:plan", COORDINATOR, a_draft),
    Visit("arrears:plan_sign", COORDINATOR, a_draft),
    Visit("arrears:plan_end", COORDINATOR, a_plan),
    Visit("arrears:new_payer", COORDINATOR, a_case),
    Visit("arrears:stop_payer", COORDINATOR, a_case_with_a_payer),
    Visit("arrears:nav_package", COORDINATOR, a_case),
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
    Visit("arrears:notice_new", COORDINATOR, a_case_for_letters),
    *(Visit("arrears:notice_write", COORDINATOR, to_write(kind)) for kind in KINDS),
    *(Visit(f"arrears:{name}", COORDINATOR, a_drafted_letter) for name in ON_A_DRAFT),
    *(Visit(f"arrears:{name}", COORDINATOR, a_letter) for name in ON_A_LETTER),
    Visit("arrears:notice_answer", COORDINATOR, an_answer),
    Visit("arrears:nav_package_send", COORDINATOR, a_case_for_letters),
    *(
        Visit(f"desk:{name}", COORDINATOR, document_places.a_document)
        for name in document_places.ON_A_DOCUMENT
    ),
    Visit("desk:document_send", COORDINATOR, document_places.a_letter_to_be_sent),
    Visit("desk:document_upload", COORDINATOR, document_places.a_folder_of_a_case),
    Visit("desk:document_upload", LANDLORD, document_places.a_folder_of_a_case),
    *(Visit(f"letters:{n}", COORDINATOR, a_waiting_letter) for n in ON_A_LETTER_THAT_WAITS),
    *(
        Visit(f"letters:{n}", COORDINATOR, a_letter_that_came_back)
        for n in ON_A_LETTER_THAT_CAME_BACK
    ),
    Visit("letters:dispatch_settle", COORDINATOR, a_letter_that_came_back),
    Visit("letters:dispatch_take_out", COORDINATOR, a_letter_in_a_batch),
    Visit("letters:outbox", COORDINATOR),
    Visit("letters:outbox", LANDLORD),
    *(Visit("letters:outbox", COORDINATOR, query=f"tab={tab}") for tab in TABS),
    Visit("letters:batch_new", COORDINATOR, an_office_that_prints),
    Visit("letters:batches", COORDINATOR),
    *(Visit(f"letters:{name}", COORDINATOR, a_batch) for name in ON_A_BATCH),
    *(Visit(f"letters:{name}", COORDINATOR, letters_to_many) for name in ON_MANY),
    Visit("letters:bulk_letters", COORDINATOR),
    Visit("letters:bulk_letters", MANAGER),
    Visit("letters:bulk_new", COORDINATOR, the_kind),
    Visit("letters:bulk", COORDINATOR, letters_for_approval),
    Visit("letters:bulk", MANAGER, letters_for_approval),
    Visit("letters:bulk_approve", MANAGER, letters_for_approval),
    Visit("letters:journal", PRIVACY_OFFICER),
    Visit("letters:journal", ADMINISTRATOR, query="direction=in"),
    Visit("letters:archive", PRIVACY_OFFICER),
    Visit("letters:archive_new", PRIVACY_OFFICER),
    Visit("letters:archive_package", PRIVACY_OFFICER, document_places.a_package),
    Visit("letters:templates", COORDINATOR),
    Visit("letters:templates", ADMINISTRATOR),
    Visit("letters:template_new", ADMINISTRATOR),
    *(Visit(f"letters:{name}", ADMINISTRATOR, a_drafted_template) for name in ON_A_DRAFT_TEMPLATE),
    *(Visit(f"letters:{name}", ADMINISTRATOR, a_template) for name in ON_A_TEMPLATE),
    Visit("tenants:expiring", HOUSING_UNIT),
    Visit("tenants:expiring", COORDINATOR, query="within=365&sort=-ends"),
    *(Visit(f"tenants:{name}", CASEWORKER, a_lease_that_ends) for name in ON_A_LEASE_THAT_ENDS),
    Visit("tenants:term_drop", HOUSING_UNIT, an_unsigned_term),
    Visit("tenants:bulk", HOUSING_UNIT, many_renewals),
    Visit("tenants:indexation", LANDLORD),
    Visit("tenants:index_run", LANDLORD, an_indexation),
    Visit("tenants:rent", LANDLORD, a_rent),
    Visit("arrears:next_steps", COORDINATOR, a_case),
    *(Visit(f"arrears:{name}", COORDINATOR, a_next_step) for name in ON_A_STEP),
    *(Visit(f"admin:{name}", ADMINISTRATOR) for name in EDITOR),
    Visit("admin:step_policy_step", ADMINISTRATOR, a_policy_step),
    *(Visit(f"arrears:{name}", COORDINATOR, of_the_gate(name)) for name in AT_THE_GATE),
    *(Visit(f"arrears:{name}", COORDINATOR, of_the_gate(name)) for name in ON_A_REFERRAL),
    Visit("arrears:emergency", MANAGER),
    *(Visit(f"meetings:{name}", COORDINATOR) for name in WITHOUT_ROWS),
    *(Visit(f"meetings:{name}", COORDINATOR, a_planned_meeting) for name in ON_A_PLANNED_MEETING),
    Visit("meetings:calendar", LANDLORD),
    Visit("meetings:meeting", LANDLORD, a_planned_meeting),
    Visit("meetings:drop_item", COORDINATOR, an_agenda_item),
    Visit("desk:prepare", COORDINATOR, an_agenda_item),
    Visit("desk:applications", COORDINATOR),
    Visit("desk:applications", HOUSING_UNIT, query="state=all&sort=-number"),
    Visit("tenants:application_new", CASEWORKER),
    *(
        Visit(f"tenants:application_{name}", CASEWORKER, application_places.a_draft)
        for name in (*application_places.PAGES, *application_places.STEPS)
    ),
    Visit("desk:application_economy", CASEWORKER, application_places.a_draft),
    Visit("desk:application_budget", CASEWORKER, application_places.a_received),
    Visit("desk:application", CASEWORKER, application_places.a_draft),
    Visit("desk:application", COORDINATOR, application_places.a_received),
    Visit("desk:application", HOUSING_UNIT, application_places.a_received),
    Visit("tenants:application_support", COORDINATOR, application_places.a_received),
    Visit("tenants:member_new", CASEWORKER, application_places.a_draft),
    Visit("tenants:member_change", CASEWORKER, application_places.a_member),
    Visit("tenants:member_remove", CASEWORKER, application_places.a_member),
    Visit("desk:support_new", CASEWORKER, application_places.a_received),
    Visit("desk:support_change", CASEWORKER, application_places.prepared_help),
    Visit("desk:support_drop", CASEWORKER, application_places.prepared_help),
    Visit("tenants:preliminary_answer", COORDINATOR, decision_places.a_received_application),
    Visit("tenants:decision_new", COORDINATOR, decision_places.a_received_application),
    *(
        Visit(f"tenants:{name}", COORDINATOR, decision_places.a_drafted_decision)
        for name in decision_places.ON_A_DRAFT
    ),
    *(
        Visit(f"tenants:{name}", COORDINATOR, decision_places.a_decision)
        for name in decision_places.ON_A_DECISION
    ),
    Visit("tenants:decision_approve", COORDINATOR, decision_places.a_drafted_decision),
    Visit("tenants:decision_send_back", COORDINATOR, decision_places.a_drafted_decision),
    Visit("tenants:decision", HOUSING_UNIT, decision_places.a_decision),
    Visit("desk:application", HOUSING_UNIT, decision_places.a_decided_application),
    Visit("arrears:old_arrears", COORDINATOR, decision_places.a_decided_application),
    Visit("tenants:conditions_remind", COORDINATOR, decision_places.a_decided_application),
    Visit("tenants:conditions", COORDINATOR),
    Visit("tenants:conditions", LANDLORD, query="state=every"),
    *(
        Visit(f"tenants:{name}", COORDINATOR, decision_places.a_condition)
        for name in decision_places.ON_A_CONDITION
    ),
    Visit("tenants:condition", LANDLORD, decision_places.a_condition_of_the_landlord),
    Visit("tenants:condition_reopen", COORDINATOR, decision_places.a_met_condition),
    *(
        Visit(f"tenants:{name}", COORDINATOR, decision_places.an_appeal)
        for name in decision_places.ON_AN_APPEAL
    ),
    Visit("tenants:appeal_result", COORDINATOR, decision_places.an_appeal_sent_on),
    Visit("tenants:support_review", COORDINATOR, decision_places.help_that_runs),
    Visit("tenants:support_end", COORDINATOR, decision_places.help_that_runs),
    *(
        Visit(f"tenants:service_{name}", HOUSING_UNIT, decision_places.a_service_agreement)
        for name in decision_places.ON_A_SERVICE_AGREEMENT
    ),
    *(Visit(f"tenants:{name}", HOUSING_UNIT) for name in offer_places.WITHOUT_ROWS),
    Visit("tenants:homes", MANAGER),
    Visit("tenants:match", HOUSING_UNIT, offer_places.somebody_who_waits),
    Visit("tenants:match_dwelling", HOUSING_UNIT, offer_places.an_empty_home),
    Visit("tenants:reserve", HOUSING_UNIT, offer_places.a_home_for_somebody),
    Visit("tenants:hold_new", HOUSING_UNIT, offer_places.an_empty_home),
    Visit("tenants:hold", HOUSING_UNIT, offer_places.a_hold),
    Visit("tenants:hold_end", HOUSING_UNIT, offer_places.a_hold),
    Visit("tenants:offer_send", HOUSING_UNIT, offer_places.a_held_home),
    *(
        Visit(f"tenants:{name}", HOUSING_UNIT, offer_places.an_open_offer)
        for name in offer_places.ON_AN_OFFER
    ),
    Visit("tenants:offer", LANDLORD, offer_places.an_offer_with_unmet_conditions),
    Visit("tenants:make_lease", HOUSING_UNIT, offer_places.an_offer_with_unmet_conditions),
    Visit("tenants:make_lease", HOUSING_UNIT, offer_places.an_accepted_offer),
    *(
        Visit(f"tenants:{name}", HOUSING_UNIT, offer_places.a_contract)
        for name in offer_places.ON_A_CONTRACT
    ),
    Visit("tenants:guarantee_new", HOUSING_UNIT, offer_places.a_lease_with_a_contract),
    Visit("tenants:guarantee_end", HOUSING_UNIT, offer_places.a_guarantee),
    Visit("meetings:series", COORDINATOR, a_series),
    Visit("meetings:issue", HOUSING_UNIT, a_system_issue),
    *(Visit(f"meetings:{name}", COORDINATOR, a_session) for name in ON_A_SESSION),
    Visit("meetings:session", LANDLORD, a_session),
    *(Visit(f"meetings:{name}", COORDINATOR, an_item) for name in ON_ITEMS),
    Visit("meetings:session_item", HOUSING_UNIT, an_item),
    Visit("meetings:minutes", COORDINATOR, held_minutes),
    Visit("meetings:minutes", LANDLORD, held_minutes),
    Visit("meetings:addition", HOUSING_UNIT, held_minutes),
    Visit("desk:complaints", COORDINATOR),
    Visit("desk:complaints", LANDLORD, query="state=all&sort=-received"),
    Visit("desk:complaint", COORDINATOR, complaint_places.a_complaint),
    Visit("desk:complaint", COORDINATOR, complaint_places.a_complaint_with_everything),
    Visit("desk:complaint", LANDLORD, complaint_places.a_complaint_about_a_dwelling),
    Visit("desk:complaint_head_action", COORDINATOR, complaint_places.a_complaint),
    Visit("desk:lease", COORDINATOR, complaint_places.a_lease_complained_of),
    Visit("tenants:complaint_new", COORDINATOR, complaint_places.a_lease_complained_of),
    Visit(
        "tenants:complaint_new",
        LANDLORD,
        complaint_places.a_lease_complained_of,
        "about=dwelling",
    ),
    Visit("tenants:complaint_new_dwelling", COORDINATOR, complaint_places.a_dwelling_complained_of),
    *(
        Visit(f"tenants:complaint_{name}", COORDINATOR, complaint_places.a_complaint)
        for name in complaint_places.ON_A_COMPLAINT
    ),
    Visit("tenants:complaint_assess", LANDLORD, complaint_places.a_complaint_about_a_dwelling),
    Visit("arrears:complaint_case", COORDINATOR, complaint_places.a_complaint),
    Visit("tenants:complaint_close", COORDINATOR, complaint_places.a_complaint_about_a_dwelling),
    Visit(
        "tenants:complaint_reduction_end",
        COORDINATOR,
        complaint_places.a_complaint_about_a_dwelling,
    ),
    Visit("arrears:complaint_reduce", LANDLORD, complaint_places.a_complaint_about_a_dwelling),
    Visit("tenants:party_change", COORDINATOR, complaint_places.a_lease_to_change),
    Visit("tenants:party_change_new", COORDINATOR, complaint_places.a_separation),
    Visit("tenants:party_change_new", COORDINATOR, complaint_places.a_death),
    Visit("tenants:party_member", COORDINATOR, complaint_places.a_lease_to_change),
    Visit("tenants:party_answer", COORDINATOR, complaint_places.a_request),
    Visit("tenants:move_out", COORDINATOR, complaint_places.a_lease_to_change),
    *(
        Visit(f"tenants:move_out_{name}", HOUSING_UNIT, complaint_places.a_moving)
        for name in complaint_places.ON_A_MOVING
    ),
    Visit("desk:move_out", LANDLORD, complaint_places.a_lease_moved_out_of),
    Visit("desk:move_out_settle", LANDLORD, complaint_places.a_lease_moved_out_of),
    Visit("arrears:imports", LANDLORD),
    Visit("arrears:imports", LANDLORD, query="state=waiting"),
    Visit("arrears:import_new", LANDLORD),
    Visit("arrears:import", LANDLORD, done_import),
    Visit("arrears:import", LANDLORD, refused_import),
    Visit("arrears:unplaced", LANDLORD),
    Visit("arrears:unplaced_payment", LANDLORD, unplaced),
    Visit("arrears:unplaced_place", LANDLORD, unplaced_and_lease),
    Visit("arrears:unplaced_return", LANDLORD, unplaced),
    Visit("arrears:correct_line", LANDLORD, line("rent")),
    Visit("arrears:dispute_charge", LANDLORD, line("rent")),
    Visit("arrears:settle_dispute", LANDLORD, open_dispute),
    Visit("arrears:new_charge", LANDLORD, owing),
    Visit("arrears:move_payment", LANDLORD, line("payment")),
    Visit("arrears:move_to", LANDLORD, payment_and_lease),
    Visit("accounts:lookups", PRIVACY_OFFICER),
    Visit("accounts:lookup", PRIVACY_OFFICER, look_up),
    Visit("accounts:person_log", PRIVACY_OFFICER, tenant),
    Visit("account_login", NOBODY),
    Visit("account_signup", NOBODY),
    Visit("account_reset_password", NOBODY),
    Visit("account_logout", MANAGER),
    Visit("account_email", MANAGER),
    Visit("account_change_password", MANAGER),
    Visit("account_reauthenticate", MANAGER),
    Visit("mfa_index", MANAGER),
    Visit("mfa_activate_totp", MANAGER),
    Visit("admin:index", ADMINISTRATOR),
    Visit("admin:index", LANDLORD),
    Visit("admin:portfolio", LANDLORD),
    Visit("admin:portfolio_run", LANDLORD, load),
]


def _registers() -> list[Visit]:
    """The list, the form for a new row and the first row of every register."""
    visits = []
    for model, register in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        may = GRANTS[register.to_change or register.to_view]
        user = LANDLORD if ROLE_OF_LANDLORD in may else ADMINISTRATOR
        visits.append(Visit(f"{name}_changelist", user))
        visits.append(Visit(f"{name}_change", user, first_of(model)))
        if register.add_step:
            visits.append(Visit(f"{name}_add", user))
    return visits


def all_names() -> set[str]:
    """The name of every address, with its namespace."""

    def below(resolver: Any, namespace: str = "") -> set[str]:
        names = set()
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                names.add(f"{namespace}{entry.name}")
            else:
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                names |= below(entry, inner)
        return names

    return below(get_resolver())


VISITS += _registers()
