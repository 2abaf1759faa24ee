"""Forms of documents: taking one in, taking one back, the journal's filter."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak import dates
from boligsak.fields import DayField, PlainSelect, offer
from boligsak.letters.models import Channel, Direction, FolderKind, PartyKind
from boligsak.letters.queries.documents import (
    ARCHIVED,
    NOT_ARCHIVED,
    WITHDRAWN,
    JournalChoice,
)
from boligsak.letters.services.journal import NewParty, names_in
from boligsak.letters.services.uploads import NewUpload
from boligsak.letters.words.documents import ACCESS, DIRECTIONS, INCOMING, SOCIAL, WENT, refusal
from boligsak.rule import RuleBroken
from boligsak.step import StepForm

SOMEBODY_ELSE = "other"


class UploadForm(StepForm):
    """A file and what it is. `people`: (id, name) of those the folder is about; `names`: everybody
    a title must not name."""

    file = forms.FileField(label=_("The file"), widget=forms.FileInput)
    direction = forms.ChoiceField(
        label=_("Which way did it go?"),
        choices=list(WENT.items()),
        initial=Direction.IN,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=[("", _("Choose")), *INCOMING.items()], widget=PlainSelect
    )
    title = forms.CharField(
        label=_("Title in the journal"),
        max_length=160,
        help_text=_("What it is about, without names and numbers: the journal is public."),
    )
    title_is_fine = forms.BooleanField(
        label=_("The title names nobody; it only looks so"), required=False
    )
    dated_on = DayField(
        label=_("Day"), help_text=_("The day it came or was sent, or the day a note bears.")
    )
    party = forms.ChoiceField(
        label=_("From or to whom?"),
        required=False,
        widget=PlainSelect,
        help_text=_("Not needed for an internal document."),
    )
    party_name = forms.CharField(
        label=_("Name of somebody else"),
        max_length=160,
        required=False,
        help_text=_("Only when you chose somebody else: the bailiff, a bank, a neighbour."),
    )
    came_by_email = forms.BooleanField(
        label=_("It came by e-mail, from the address that is registered on them"),
        required=False,
        help_text=_("Then the address is known to be in use that day."),
    )
    access = forms.ChoiceField(
        label=_("Access"),
        choices=[(code, words) for code, (_code, _law, words) in ACCESS.items()],
        initial="13",
        widget=PlainSelect,
    )
    is_social = forms.BooleanField(
        label=_("For the welfare side alone"),
        required=False,
        help_text=_("Papers about health, support, income and debts always are."),
    )

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str]],
        names: Sequence[str],
        sees_social: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = dict(people)
        self.names = names
        if not sees_social:
            # Who may not read it afterwards may not bring it in either.
            del self.fields["is_social"]
            kinds = [(code, words) for code, words in INCOMING.items() if code not in SOCIAL]
            offer(self, "kind", [("", gettext("Choose")), *kinds])
        offer(
            self,
            "party",
            [
                ("", gettext("Choose")),
                *((str(pk), name) for pk, name in people),
                (SOMEBODY_ELSE, gettext("Somebody else")),
            ],
        )
        most = filesizeformat(settings.UPLOAD_MOST_BYTES)
        self.fields["file"].help_text = gettext(
            "PDF, JPEG, PNG, Word (.docx) or OpenDocument (.odt), at most %(most)s. A picture "
            "loses what the camera noted about where it was taken."
        ) % {"most": most}
        if not self._seems_to_name():
            del self.fields["title_is_fine"]

    def _seems_to_name(self) -> list[str]:
        """Whom the title that was typed seems to name."""
        return names_in(str(self.data.get("title", ""))[:200], self.names) if self.data else []

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MOST_BYTES:
            broken = RuleBroken("upload.too_big", most=settings.UPLOAD_MOST_BYTES)
            raise forms.ValidationError(refusal(broken))
        return file

    def clean_dated_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["dated_on"]
        if on > dates.today():
            raise forms.ValidationError(
                refusal(RuleBroken("document.from_future", today=dates.today()))
            )
        return on

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = self._seems_to_name()
        if named and not given.get("title_is_fine"):
            broken = RuleBroken("document.title_names", names=", ".join(named))
            self.add_error("title", refusal(broken))
        direction, party = given.get("direction"), given.get("party", "")
        if party == "" and given.get("party_name", "").strip():
            # Whoever writes a name without choosing from the list means somebody else.
            given["party"] = party = SOMEBODY_ELSE
        if party == SOMEBODY_ELSE and not given.get("party_name", "").strip():
            self.add_error("party_name", gettext("Write the name."))
        elif direction != Direction.INTERNAL and "party" in given and not party:
            code = "no_sender" if direction == Direction.IN else "no_recipient"
            self.add_error("party", refusal(RuleBroken(f"document.{code}")))
        if given.get("came_by_email") and self.sender_by_email() is None:
            self.add_error("came_by_email", gettext("Choose who it came from, among those here."))
        return given

    def sender_by_email(self) -> int | None:
        """Whose registered e-mail address it came from."""
        given = self.cleaned_data
        party = given.get("party", "")
        is_in = given.get("direction") == Direction.IN
        is_one = given.get("came_by_email") and is_in and party not in ("", SOMEBODY_ELSE)
        return int(party) if is_one else None

    def told(self) -> NewUpload:
        """What was sent. The file is read whole: it is no bigger than the limit."""
        given = self.cleaned_data
        code, section, _words = ACCESS[given["access"]]
        direction = given["direction"]
        return NewUpload(
            content=given["file"].read(),
            title=given["title"].strip(),
            kind=given["kind"],
            dated_on=given["dated_on"],
            parties=self._parties(direction),
            direction=direction,
            access=code,
            section=section,
            is_social=bool(given.get("is_social")) or given["kind"] in SOCIAL,
        )

    def _parties(self, direction: str) -> list[NewParty]:
        chosen = self.cleaned_data.get("party", "")
        if direction == Direction.INTERNAL or not chosen:
            return []
        kind = PartyKind.SENDER if direction == Direction.IN else PartyKind.RECIPIENT
        if chosen == SOMEBODY_ELSE:
            name = self.cleaned_data["party_name"].strip()
            return [NewParty(kind=str(kind), name=name, is_third=True)]
        return [NewParty(str(kind), self.people[int(chosen)], person_id=int(chosen))]


class WithdrawForm(StepForm):
    """Why a document is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        help_text=_("For instance: put into the wrong folder. No names and numbers."),
    )


class SendForm(StepForm):
    """How a letter is to go. `may_email`: it is of a kind that an e-mail may hold."""

    channel = forms.ChoiceField(
        label=_("How is it to be sent?"), initial=Channel.PRINT, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, may_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways: list[tuple[str, Any]] = [
            (Channel.PRINT, gettext("On paper, from the outbox's print batch")),
            (
                Channel.DIGITAL,
                gettext("By digital post, or on paper to who has reserved against it"),
            ),
        ]
        if may_email:
            ways.append((Channel.EMAIL, gettext("By e-mail, or on paper where e-mail may not go")))
        offer(self, "channel", ways)


class JournalFilter(forms.Form):
    """Which entries of the journal to show."""

    from_on = DayField(label=_("Journaled from"), required=False)
    to_on = DayField(label=_("to"), required=False)
    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("Every direction")), *DIRECTIONS.items()],
        widget=PlainSelect,
    )
    folder = forms.ChoiceField(
        label=_("Folder"),
        required=False,
        choices=[
            ("", _("Every folder")),
            *((str(kind), capfirst(str(words))) for kind, words in FolderKind.choices),
        ],
        widget=PlainSelect,
    )
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("Archive"),
        required=False,
        choices=[
            ("", _("Everything")),
            (NOT_ARCHIVED, _("not yet in a package")),
            (ARCHIVED, _("in a package")),
            (WITHDRAWN, _("withdrawn")),
        ],
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        offer(self, "office", [("", gettext("Every office")), *((str(k), n) for k, n in offices)])

    def choice(self) -> JournalChoice:
        self.is_valid()
        given = self.cleaned_data if hasattr(self, "cleaned_data") else {}
        office = given.get("office") or ""
        return JournalChoice(
            from_on=given.get("from_on"),
            to_on=given.get("to_on"),
            direction=given.get("direction") or "",
            folder_kind=given.get("folder") or "",
            office_id=int(office) if office else None,
            state=given.get("state") or "",
        )
