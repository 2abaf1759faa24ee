"""The archive's message about one document: Noark 5 as Fiks Arkiv's `arkivmelding.opprett` has it.

A message holds one journal post, and the case folder it belongs to the first time that folder is
told of. Whoever receives it knows both again by their `systemID`, which never changes.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

_STANDARD = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv"
NAMESPACE = f"{_STANDARD}/arkivmelding/opprett/v1"
CATALOGUE = f"{_STANDARD}/metadatakatalog/v1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
SYSTEM = "Boligsak"

# What XML 1.0 cannot hold at all.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Codes of Noark 5's own lists: journalposttype, korrespondanseparttype and the rest.
_POSTS = {
    "in": ("I", "Inngående dokument"),
    "out": ("U", "Utgående dokument"),
    "internal": ("X", "Organinternt dokument uten oppfølging"),
}
_PARTIES = {"sender": ("EA", "Avsender"), "recipient": ("EM", "Mottaker")} | {
    "copy": ("EK", "Kopimottaker")
}
_OWN_SIDE = {"in": ("IM", "Intern mottaker"), "out": ("IA", "Intern avsender")} | {
    "internal": ("IA", "Intern avsender")
}
_RESTRICTIONS = {"UO": "Unntatt offentlighet"}
_FORMATS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.oasis.opendocument.text": "ODT",
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a document came from or went to. `lines`: the address, the last one postcode and
    place; none for somebody protected. `is_person`: known in the register of people."""

    kind: str
    name: str
    lines: tuple[str, ...] = ()
    is_person: bool = False
    sent_by: str = ""


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """What the documents lie in. `title` holds no personal data."""

    system_id: str
    number: str
    kind: str
    title: str
    unit: str
    opened_on: datetime.date
    closed_on: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document with its place in the journal. `file`: its name in the package. `sent_at`: when
    the first copy went. `is_archival`: of a format that lasts (PDF/A)."""

    system_id: str
    document_id: int
    year: int
    serial: int
    place: int
    direction: str
    title: str
    kind: str
    journaled_on: datetime.date
    entered_at: datetime.datetime
    dated_on: datetime.date
    by: str
    access_code: str
    access_section: str
    file: str
    media_type: str
    sha256: str
    size: int
    is_archival: bool
    parties: Sequence[Party] = ()
    sent_at: datetime.datetime | None = None
    withdrawn: str = ""
    withdrawn_at: datetime.datetime | None = None


def arkivmelding(entry: Entry, folder: CaseFolder, *, tells_folder: bool) -> bytes:
    """The message, as UTF-8 XML. `tells_folder`: the archive has not heard of the folder yet."""
    ElementTree.register_namespace("", NAMESPACE)
    ElementTree.register_namespace("n5mdk", CATALOGUE)
    ElementTree.register_namespace("xsi", _XSI)
    root = ElementTree.Element(f"{{{NAMESPACE}}}arkivmelding")
    _add(root, "system", SYSTEM)
    _add(root, "antallFiler", "1")
    if tells_folder:
        _case_folder(root, folder, entry)
    _journal_post(root, entry, folder)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def number_of(entry_year: int, serial: int) -> str:
    """The journal number as a name of files: "2026-000012"."""
    return f"{entry_year}-{serial:06d}"


# --- Parts ----------------------------------------------------------------------------------------


def _case_folder(root: ElementTree.Element, folder: CaseFolder, entry: Entry) -> None:
    made = _add(root, "mappe")
    made.set(f"{{{_XSI}}}type", "saksmappe")
    _add(made, "systemID", folder.system_id)
    _add(made, "mappeID", folder.number)
    _add(made, "tittel", folder.title)
    _add(made, "offentligTittel", folder.title)
    _code(made, "dokumentmedium", "E", "Elektronisk arkiv")
    _add(made, "opprettetDato", _at(folder.opened_on))
    if folder.closed_on is not None:
        _add(made, "avsluttetDato", _at(folder.closed_on))
    _shielding(made, entry.access_code, entry.access_section)
    _key(made, f"{folder.kind}:{folder.number}")
    _code(made, "mappetype", folder.kind)
    _add(made, "saksaar", str(folder.opened_on.year))
    _add(made, "saksdato", folder.opened_on.isoformat())
    _detail(_add(made, "administrativEnhet"), "navn", folder.unit)
    is_over = folder.closed_on is not None
    _code(made, "saksstatus", *(("A", "Avsluttet") if is_over else ("B", "Under behandling")))


def _journal_post(root: ElementTree.Element, entry: Entry, folder: CaseFolder) -> None:
    post = _add(root, "registrering")
    post.set(f"{{{_XSI}}}type", "journalpost")
    _add(post, "systemID", entry.system_id)
    _add(post, "opprettetDato", _moment(entry.entered_at))
    _add(post, "opprettetAv", entry.by)
    reference = _add(post, "referanseForelderMappe")
    _detail(reference, "systemID", folder.system_id)
    _detail(reference, "mappeID", folder.number)
    _shielding(post, entry.access_code, entry.access_section)
    _document(post, entry)
    _add(post, "registreringsID", f"{entry.year}/{entry.serial}")
    _add(post, "tittel", entry.title)
    _add(post, "offentligTittel", entry.title)
    _code(post, "dokumentmedium", "E", "Elektronisk arkiv")
    if entry.withdrawn:
        note = _add(post, "merknad")
        _add(note, "merknadstekst", f"Trukket: {entry.withdrawn}")
        if entry.withdrawn_at is not None:
            _add(note, "merknadsdato", _moment(entry.withdrawn_at))
    for party in entry.parties:
        _party(post, party, is_shielded=bool(entry.access_code))
    own = _add(post, "korrespondansepart")
    _code(own, "korrespondanseparttype", *_OWN_SIDE[entry.direction])
    _add(own, "korrespondansepartNavn", folder.unit)
    _detail(_add(own, "administrativEnhet"), "navn", folder.unit)
    _key(post, f"document:{entry.document_id}")
    _add(post, "journalaar", str(entry.year))
    _add(post, "journalsekvensnummer", str(entry.serial))
    _add(post, "journalpostnummer", str(entry.place))
    _code(post, "journalposttype", *_POSTS[entry.direction])
    _code(post, "journalstatus", *(("U", "Utgår") if entry.withdrawn else ("J", "Journalført")))
    _add(post, "journaldato", entry.journaled_on.isoformat())
    _add(post, "dokumentetsDato", entry.dated_on.isoformat())
    if entry.direction == "in":
        _add(post, "mottattDato", _at(entry.dated_on))
    if entry.sent_at is not None:
        _add(post, "sendtDato", _moment(entry.sent_at))
    _add(post, "antallVedlegg", "0")


def _document(post: ElementTree.Element, entry: Entry) -> None:
    told = _add(post, "dokumentbeskrivelse")
    _code(told, "dokumenttype", entry.kind)
    _code(told, "dokumentstatus", "F", "Dokumentet er ferdigstilt")
    _add(told, "tittel", entry.title)
    _add(told, "opprettetDato", _moment(entry.entered_at))
    _add(told, "opprettetAv", entry.by)
    _code(told, "tilknyttetRegistreringSom", "H", "Hoveddokument")
    _add(told, "dokumentnummer", "1")
    _add(told, "tilknyttetDato", _moment(entry.entered_at))
    _add(told, "tilknyttetAv", entry.by)
    _shielding(told, entry.access_code, entry.access_section)
    file = _add(told, "dokumentobjekt")
    _add(file, "versjonsnummer", "1")
    variant = ("A", "Arkivformat") if entry.is_archival else ("P", "Produksjonsformat")
    _code(file, "variantformat", *variant)
    name = "PDF/A" if entry.is_archival else _FORMATS.get(entry.media_type, entry.media_type)
    _code(file, "format", name)
    _add(file, "mimeType", entry.media_type)
    _add(file, "opprettetDato", _moment(entry.entered_at))
    _add(file, "opprettetAv", entry.by)
    _add(file, "filnavn", entry.file)
    _add(file, "referanseDokumentfil", entry.file)
    _add(file, "sjekksum", entry.sha256)
    _add(file, "sjekksumAlgoritme", "SHA-256")
    _add(file, "filstoerrelse", str(entry.size))


def _party(post: ElementTree.Element, party: Party, *, is_shielded: bool) -> None:
    made = _add(post, "korrespondansepart")
    _code(made, "korrespondanseparttype", *_PARTIES[party.kind])
    _add(made, "korrespondansepartNavn", party.name)
    lines, postcode, place = _parted(party.lines)
    for line in lines:
        _add(made, "postadresse", line)
    if postcode:
        _add(made, "postnummer", postcode)
        _add(made, "poststed", place)
    _add(made, "erSkjermet", "true" if is_shielded else "false")
    if party.is_person:
        _add(made, "erPersonnavn", "true")
    if party.sent_by:
        _code(made, "forsendelsesmaate", party.sent_by)


def _parted(lines: Iterable[str]) -> tuple[list[str], str, str]:
    """Address lines, postcode and place: "7010 Trondheim" last is both. A line that holds nothing
    XML can say is no line: the schema allows no empty one."""
    kept = [line for line in (_sayable(line).strip() for line in lines) if line]
    if kept:
        postcode, _space, place = kept[-1].partition(" ")
        if len(postcode) == 4 and postcode.isdigit() and place.strip():
            return kept[:-1], postcode, place.strip()
    return kept, "", ""


def _shielding(parent: ElementTree.Element, code: str, section: str) -> None:
    """Kept from the public, and by which law; nothing for what is open."""
    if not code:
        return
    made = _add(parent, "skjerming")
    _code(made, "tilgangsrestriksjon", code, _RESTRICTIONS.get(code, ""))
    _add(made, "skjermingshjemmel", section or "offl. § 13")


def _key(parent: ElementTree.Element, key: str) -> None:
    made = _add(parent, "referanseEksternNoekkel")
    _detail(made, "fagsystem", SYSTEM)
    _detail(made, "noekkel", key)


def _code(parent: ElementTree.Element, name: str, code: str, words: str = "") -> None:
    made = _add(parent, name)
    _detail(made, "kode", code)
    if words:
        _detail(made, "beskrivelse", words)


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    return _element(parent, f"{{{NAMESPACE}}}{name}", text)


def _detail(parent: ElementTree.Element, name: str, text: str) -> None:
    """A part of a type that the catalogue of metadata defines, and names."""
    _element(parent, f"{{{CATALOGUE}}}{name}", text)


def _element(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name)
    if text:
        made.text = _sayable(text)
    return made


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("", text)


def _at(on: datetime.date) -> str:
    """A day where the archive asks for an instant: its beginning, in no zone."""
    return f"{on.isoformat()}T00:00:00"


def _moment(at: datetime.datetime) -> str:
    return at.replace(microsecond=0).isoformat()
