"""The steps on one letter: again, on paper instead, sent by hand, stopped, printed by itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.letters.forms.outbox import PlainForm, ReasonForm, SentForm
from boligsak.letters.models import Channel, Dispatch, DispatchState
from boligsak.letters.services import outbox as service
from boligsak.letters.services.journal import DocumentLost
from boligsak.letters.services.print_batches import single, take_out
from boligsak.letters.views.outbox import address_of, back_to_outbox, find_dispatch
from boligsak.letters.words.outbox import because, channel_name, refusal, state_name
from boligsak.rule import RuleBroken
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import PageRequest, page

FIELDS = {
    "dispatch.no_reason": "reason",
    "dispatch.no_proof": "proof",
    "dispatch.not_yet": "sent_on",
    "dispatch.before_ready": "sent_on",
}


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def retry(request: PageRequest, pk: int) -> HttpResponseBase:
    """Once more from the first attempt on."""
    row = find_dispatch(request.user, pk)
    return _step(
        request,
        row,
        PlainForm,
        lambda form, given: service.retry(pk, **given),
        title=_("Send it again"),
        button=_("Send it again"),
        said=_("The letter waits to be sent again."),
        warning=_(
            "If the letter did go the first time, the recipient gets it twice. Ask before you send "
            "it again."
        )
        if row.state == DispatchState.UNCERTAIN
        else "",
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def paper(request: PageRequest, pk: int) -> HttpResponseBase:
    """Paper for what cannot go by wire."""
    row = find_dispatch(request.user, pk)
    return _step(
        request,
        row,
        PlainForm,
        lambda form, given: service.on_paper(pk, **given),
        title=_("Paper instead"),
        button=_("Send it on paper"),
        said=_("The letter waits to be printed."),
        about=_("The letter goes on paper, and not by the way it was asked for."),
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def stop(request: PageRequest, pk: int) -> HttpResponseBase:
    """A letter that is not to go after all."""
    row = find_dispatch(request.user, pk)
    return _step(
        request,
        row,
        ReasonForm,
        lambda form, given: service.cancel(pk, form.cleaned_data["reason"], **given),
        title=_("It is not to be sent"),
        button=_("Stop the letter"),
        said=_("The letter is not sent."),
        warning=_(
            "The letter stays in the journal, but nobody gets it. It cannot be sent again from "
            "here: a new letter must be written."
        ),
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def sent(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody knows that it went."""
    row = find_dispatch(request.user, pk)

    def do(form: Any, given: dict[str, Any]) -> Any:
        told = form.cleaned_data
        return service.note_sent(pk, told["sent_on"], told["proof"], **given)

    return _step(
        request,
        row,
        SentForm,
        do,
        title=_("It was sent"),
        button=_("Write down that it was sent"),
        said=_("The letter is sent."),
        initial={"sent_on": dates.today()},
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def settle(request: PageRequest, pk: int) -> HttpResponseBase:
    """What the letter's own rules said against it has been seen."""
    row = find_dispatch(request.user, pk)
    return _step(
        request,
        row,
        PlainForm,
        lambda form, given: service.settle(pk, **given),
        title=_("I have dealt with it"),
        button=_("Take it off the list"),
        said=_("The letter is off the list of what came back."),
        about=_("Write a new letter first, if one is needed: this only takes it off the list."),
    )


@require_http_methods(["GET", "POST"])
@page("letters.work_outbox")
def out_of_batch(request: PageRequest, pk: int) -> HttpResponseBase:
    """A letter that is not to go with its batch."""
    row = find_dispatch(request.user, pk)
    return _step(
        request,
        row,
        ReasonForm,
        lambda form, given: take_out(pk, form.cleaned_data["reason"], **given),
        title=_("Take it out of the batch"),
        button=_("Take it out"),
        said=_("The letter is out of the batch. The file to print has been made anew."),
        about=_(
            "The batch's file is made anew without it. Take the letter out of the pile too, if it "
            "is printed. It waits to be printed again."
        ),
    )


@require_GET
@page("letters.work_outbox")
def letter_file(request: PageRequest, pk: int) -> HttpResponseBase:
    """One letter to print by itself: with an address sheet before it, where it has no address."""
    row = find_dispatch(request.user, pk)
    is_paper = row.channel in (Channel.PRINT, Channel.HAND)
    if not is_paper or row.state not in (DispatchState.WAITING, DispatchState.FAILED):
        messages.warning(request, _("Only a letter that waits for paper is printed from here."))
        return redirect("letters:dispatch", pk)
    try:
        content, has_address = single(row, dates.today())
    except RuleBroken as broken:
        messages.error(request, refusal(broken))
        return redirect("letters:dispatch", pk)
    except DocumentLost:
        messages.error(request, because("dispatch.document_lost"))
        return redirect("letters:dispatch", pk)
    if row.party.person_id is not None:
        request.saw([row.party.person_id], why="" if has_address else _("no address known"))
    answer = HttpResponse(content, content_type="application/pdf")
    name = str(row.document).replace("/", "-")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _step(
    request: PageRequest,
    row: Dispatch,
    form_class: type[StepForm],
    work: Callable[[Any, dict[str, Any]], Any],
    *,
    title: str,
    button: str,
    said: str,
    about: str = "",
    warning: str = "",
    initial: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """One step on a letter. `work(form, given)`: `given` is the version, who and when."""
    if row.party.person_id is not None:
        request.saw([row.party.person_id])
    back = reverse("letters:dispatch", args=[row.pk])
    form = form_class(request.POST or None, initial=fresh(row, **(initial or {})))

    def do() -> str:
        version = form.cleaned_data["version"]
        version = row.version if version is None else version
        work(form, {"version": version, "by": request.user, "on": dates.today()})
        return back

    if where := done(request, form, do, refusal=refusal, fields=FIELDS):
        messages.success(request, said)
        return redirect(where)
    facts = [
        (_("Letter"), f"{row.document} {row.document.title}"),
        (_("Recipient"), row.party.name),
        (_("Address"), ", ".join(address_of(row))),
        (_("Way"), channel_name(row.channel)),
        (_("State"), state_name(row.state)),
    ]
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[back_to_outbox(), {"label": str(row.document), "url": back}],
        button=button,
        back=back,
        about=about,
        warning=warning,
        facts=[(term, value) for term, value in facts if value],
        facts_title=_("The letter"),
    )
