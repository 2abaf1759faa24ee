"""Documents and uploads in words: kinds, access codes, refusals."""

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.letters import registry
from boligsak.letters.rules import uploads
from boligsak.rule import RuleBroken
from boligsak.show import day

Text = str | Promise

# What comes in, or is brought into the folder. Those about health, support and income are always
# for the welfare side alone.
INCOMING: dict[str, Text] = {
    "letter-in": gettext_lazy("Letter or e-mail"),
    "answer": gettext_lazy("Answer to a letter of ours"),
    "application-form": gettext_lazy("Application form"),
    "signed-contract": gettext_lazy("Signed contract"),
    "income": gettext_lazy("About income and debts"),
    "health": gettext_lazy("About health and support"),
    "complaint-in": gettext_lazy("Complaint about the tenancy"),
    "appeal-in": gettext_lazy("Appeal against a decision"),
    "court": gettext_lazy("From bailiff, court or debt collector"),
    "proof-of-sending": gettext_lazy("Proof of sending"),
    "photo": gettext_lazy("Photo"),
    "note": gettext_lazy("Note of our own"),
    "other-in": gettext_lazy("Something else"),
}
SOCIAL = frozenset({"income", "health"})
PETITION = "petition"

# The access code and the law behind it. The codes of the archive standard: UO is kept from the
# public, and an empty code is open.
ACCESS: dict[str, tuple[str, str, Text]] = {
    "13": ("UO", "offl. § 13, jf. fvl. § 13", gettext_lazy("Personal matters (offl. § 13)")),
    "14": ("UO", "offl. § 14", gettext_lazy("Internal to the municipality (offl. § 14)")),
    "23": ("UO", "offl. § 23", gettext_lazy("Negotiating position (offl. § 23)")),
    "open": ("", "", gettext_lazy("Open to the public")),
}

# An outgoing letter need not have gone: how it was sent stands with what sent it.
DIRECTIONS: dict[str, Text] = {
    "in": pgettext_lazy("document", "Incoming"),
    "out": pgettext_lazy("document", "Outgoing"),
    "internal": pgettext_lazy("document", "Internal"),
}
# What somebody who has the paper in hand is asked.
WENT: dict[str, Text] = {
    "in": pgettext_lazy("document", "It was received"),
    "out": pgettext_lazy("document", "It was sent by us"),
    "internal": pgettext_lazy("document", "It is our own"),
}

ROLES: dict[str, Text] = {
    "sender": gettext_lazy("From"),
    "recipient": gettext_lazy("To"),
    "copy": gettext_lazy("Copy to"),
}

TYPES: dict[str, Text] = {
    uploads.PDF: "PDF",
    uploads.JPEG: gettext_lazy("picture (JPEG)"),
    uploads.PNG: gettext_lazy("picture (PNG)"),
    uploads.DOCX: gettext_lazy("text document (Word)"),
    uploads.ODT: gettext_lazy("text document (OpenDocument)"),
}


def kind_name(code: str) -> str:
    """What a kind of document is called; a kind that is no longer known, by its code."""
    if code in INCOMING:
        return str(INCOMING[code])
    if code == PETITION:
        return _("Petition with enclosures")
    return capfirst(str(registry.kind(code).label)) if registry.known(code) else code


def type_name(media_type: str) -> str:
    return str(TYPES.get(media_type, media_type))


def access_words(code: str, section: str) -> str:
    """The access code and what it rests on."""
    return f"{code} · {section}" if code else str(ACCESS["open"][2])


def knows(code: str) -> bool:
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    facts = {name: _shown(name, value) for name, value in broken.facts.items()}
    return str(_SENTENCES[broken.code]) % facts


def _shown(name: str, value: object) -> object:
    if name == "most" and isinstance(value, int) and value > 100_000:
        return filesizeformat(value)
    return day(value) if hasattr(value, "isoformat") else value  # type: ignore[arg-type]


_SENTENCES: dict[str, Text] = {
    "document.no_title": gettext_lazy("Say what the document is about."),
    "document.title_long": gettext_lazy("The title may have %(most)s characters. Shorten it."),
    "document.title_identity": gettext_lazy(
        "There seems to be an identity number in the title. The journal is public: leave it out."
    ),
    "document.title_names": gettext_lazy(
        "The title seems to name somebody (%(names)s). The journal is public: say what the "
        "document is about, without names."
    ),
    "document.empty": gettext_lazy("The file is empty."),
    "document.no_sender": gettext_lazy("Say who the document came from."),
    "document.no_recipient": gettext_lazy("Say who the document was sent to."),
    "document.from_future": gettext_lazy("The document cannot have come after today, %(today)s."),
    "document.no_reason": gettext_lazy("Say why the document is withdrawn."),
    "document.reason_identity": gettext_lazy(
        "There seems to be an identity number in the reason. Leave it out."
    ),
    "document.withdrawn": gettext_lazy("%(who)s withdrew the document on %(on)s."),
    "document.was_sent": gettext_lazy(
        "The document has been sent, so it cannot be withdrawn. Send a new one that corrects it."
    ),
    "document.is_going_out": gettext_lazy(
        "The document waits to be sent. Cancel that in the outbox first."
    ),
    "upload.empty": gettext_lazy("The file is empty."),
    "upload.too_big": gettext_lazy("The file is too big. It can be at most %(most)s."),
    "upload.heic": gettext_lazy(
        "This is a picture in Apple's own format (HEIC). Save it as JPEG and send that."
    ),
    "upload.old_office": gettext_lazy(
        "This is an old Word or Excel file. Save it as PDF and send that."
    ),
    "upload.markup": gettext_lazy(
        "Web pages and drawings (HTML, SVG, XML) are not taken. Save it as PDF and send that."
    ),
    "upload.kind": gettext_lazy(
        "This kind of file is not taken. Send PDF, JPEG, PNG, Word (.docx) or OpenDocument (.odt)."
    ),
    "upload.broken": gettext_lazy("The file is damaged and cannot be read. Get it once more."),
    "upload.too_many_pixels": gettext_lazy(
        "The picture is larger than %(most)s million pixels. Send it smaller."
    ),
    "upload.macros": gettext_lazy(
        "There are macros or programs in the file. Save it as PDF and send that."
    ),
    "upload.locked": gettext_lazy("The file is locked with a password. Save it without one."),
    "upload.reaches_out": gettext_lazy(
        "The file fetches a part of itself from elsewhere. Save it as PDF and send that."
    ),
    "upload.runs": gettext_lazy(
        "There is a script, or something that starts by itself, in the PDF. Print it to a new PDF "
        "and send that."
    ),
    "upload.holds_files": gettext_lazy(
        "There are other files inside the PDF. Send each of them by itself."
    ),
    "upload.infected": gettext_lazy("The virus scanner stopped the file. Nothing has been kept."),
    "upload.not_scanned": gettext_lazy(
        "The virus scanner does not answer, so no file is taken now. Try again in a while."
    ),
    "upload.same_file": gettext_lazy("This very file is here already, as document %(number)s."),
}
