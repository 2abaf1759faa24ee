"""The archive's message: valid against Noark 5's schemas, whatever stands in the journal."""

import datetime
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from boligsak.letters.rules.arkivmelding import (
    CATALOGUE,
    NAMESPACE,
    CaseFolder,
    Entry,
    Party,
    arkivmelding,
    number_of,
)

SCHEMAS = Path(settings.BASE_DIR).parent / "shared" / "data" / "noark5"
MESSAGE = "no.ks.fiks.arkiv.v1.arkivering.arkivmelding.opprett.xsd"
AT = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=datetime.UTC)
ON = AT.date()
ID = str(UUID(int=1))

FOLDER = CaseFolder(
    system_id=str(UUID(int=2)),
    number="S-2026-00012",
    kind="case",
    title="Boligsak",
    unit="Kontor Øst",
    opened_on=ON,
)
OLA = Party("recipient", "Ola Áššu", ("Storgata 1", "7010 Trondheim"), is_person=True)
ENTRY = Entry(
    system_id=ID,
    document_id=5,
    year=2026,
    serial=12,
    place=3,
    direction="out",
    title="Purring på husleie",
    kind="notice-reminder",
    journaled_on=ON,
    entered_at=AT,
    dated_on=ON,
    by="Kari Nordmann",
    access_code="UO",
    access_section="offl. § 13, jf. fvl. § 13",
    file="2026-000012.pdf",
    media_type="application/pdf",
    sha256="ab" * 32,
    size=1234,
    is_archival=True,
    parties=[OLA],
    sent_at=AT,
)


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = SCHEMAS / MESSAGE
    if not path.exists():
        pytest.skip(
            "Noark 5's schemas are not in ../shared/data/noark5: nothing to hold it against"
        )
    return etree.XMLSchema(etree.parse(str(path)))


def assert_valid(schema: etree.XMLSchema, message: bytes) -> None:
    schema.validate(etree.fromstring(message))
    assert list(schema.error_log) == []


def texts(message: bytes, name: str) -> list[str]:
    root = etree.fromstring(message)
    names = (f"{{{NAMESPACE}}}{name}", f"{{{CATALOGUE}}}{name}")
    return [one.text or "" for one in root.iter(*names)]


VARIANTS = {
    "a letter": ENTRY,
    "what came in": replace(ENTRY, direction="in", parties=[replace(OLA, kind="sender")]),
    "a note": replace(ENTRY, direction="internal", parties=[], sent_at=None),
    "what is open": replace(ENTRY, access_code="", access_section=""),
    "what was withdrawn": replace(ENTRY, withdrawn="Feil mappe", withdrawn_at=AT),
    "a copy by post": replace(ENTRY, parties=[OLA, Party("copy", "Verge Hansen", sent_by="print")]),
    "a picture": replace(ENTRY, media_type="image/jpeg", file="a.jpg", is_archival=False),
    "an odd address": replace(ENTRY, parties=[replace(OLA, lines=("c/o Nav", "Boks 12"))]),
}


@pytest.mark.parametrize("tells_folder", [True, False])
@pytest.mark.parametrize("name", list(VARIANTS))
def test_every_kind_of_entry_is_valid_against_the_schemas(schema, name, tells_folder) -> None:
    assert_valid(schema, arkivmelding(VARIANTS[name], FOLDER, tells_folder=tells_folder))


def test_a_closed_folder_is_valid_and_said_to_be_closed(schema) -> None:
    message = arkivmelding(ENTRY, replace(FOLDER, closed_on=ON), tells_folder=True)
    assert_valid(schema, message)
    assert "A" in texts(message, "kode")


# Letters of every script, and characters that XML 1.0 cannot hold at all.
TEXT = st.text(min_size=1, max_size=40).filter(lambda text: text.strip(" \t\n\r\0\x0b\x0c"))


@hypothesis_settings(max_examples=60)
@given(
    title=TEXT.filter(lambda text: any(sign.isalnum() for sign in text)),
    name=TEXT.filter(lambda text: any(sign.isalnum() for sign in text)),
    lines=st.lists(st.text(max_size=30), max_size=4),
    direction=st.sampled_from(["in", "out", "internal"]),
    code=st.sampled_from(["UO", ""]),
)
@example(title="A", name="B", lines=["\x1b", "\ufffe 1"], direction="in", code="UO")
def test_whatever_is_typed_the_message_stays_valid(
    schema, title, name, lines, direction, code
) -> None:
    kind = "sender" if direction == "in" else "recipient"
    entry = replace(
        ENTRY,
        title=title,
        direction=direction,
        access_code=code,
        parties=[Party(kind, name, tuple(lines))],
    )
    assert_valid(schema, arkivmelding(entry, FOLDER, tells_folder=True))


def test_the_file_is_named_with_its_hash_and_its_size() -> None:
    message = arkivmelding(ENTRY, FOLDER, tells_folder=False)
    assert texts(message, "sjekksum") == ["ab" * 32]
    assert texts(message, "sjekksumAlgoritme") == ["SHA-256"]
    assert texts(message, "filstoerrelse") == ["1234"]
    assert texts(message, "referanseDokumentfil") == ["2026-000012.pdf"]


def test_what_is_kept_from_the_public_says_by_which_law() -> None:
    laws = texts(arkivmelding(ENTRY, FOLDER, tells_folder=True), "skjermingshjemmel")
    assert laws == ["offl. § 13, jf. fvl. § 13"] * 3  # the folder, the post and the document


def test_postcode_and_place_stand_by_themselves() -> None:
    message = arkivmelding(ENTRY, FOLDER, tells_folder=False)
    assert texts(message, "postadresse") == ["Storgata 1"]
    assert (texts(message, "postnummer"), texts(message, "poststed")) == (["7010"], ["Trondheim"])


def test_a_folder_is_told_of_once_and_referred_to_always() -> None:
    first = arkivmelding(ENTRY, FOLDER, tells_folder=True)
    later = arkivmelding(ENTRY, FOLDER, tells_folder=False)
    assert texts(first, "systemID").count(FOLDER.system_id) == 2
    assert texts(later, "systemID").count(FOLDER.system_id) == 1


def test_the_name_of_a_file_sorts_by_its_number() -> None:
    assert number_of(2026, 12) == "2026-000012"
