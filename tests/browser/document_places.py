"""Where the pages of documents, the journal and the archive's packages stand: rows made once."""

from typing import Any

from arrears.models import Case
from boligsak.letters.models import ArchiveExport, Document
from tests.browser.visits import ADMINISTRATOR, COORDINATOR, LANDLORD, PRIVACY_OFFICER, Visit
from tests.house.behind import documents

ON_A_DOCUMENT = ("document", "document_withdraw")


def a_document() -> list[int]:
    _made()
    return [Document.objects.filter(source="upload").order_by("pk").values_list("pk", flat=True)[0]]


def a_letter_to_be_sent() -> list[int]:
    _made()
    waiting = Document.objects.filter(title="Informasjon", dispatches__isnull=True)
    return [waiting.order_by("pk").values_list("pk", flat=True)[0]]


def a_folder_of_a_case() -> list[Any]:
    return ["case", _case().pk]


def a_package() -> list[int]:
    _made()
    return [ArchiveExport.objects.order_by("pk").values_list("pk", flat=True)[0]]


def _case() -> Case:
    """A case that the coordinator may name."""
    found = Case.objects.open().filter(lease__is_protected=False, party="welfare")
    return found.order_by("pk")[0]


def _made() -> None:
    if not ArchiveExport.objects.exists():
        documents.addresses(None, _case())


VISITS = [
    *(Visit(f"desk:{name}", COORDINATOR, a_document) for name in ON_A_DOCUMENT),
    Visit("desk:document_send", COORDINATOR, a_letter_to_be_sent),
    Visit("desk:document_upload", COORDINATOR, a_folder_of_a_case),
    Visit("desk:document_upload", LANDLORD, a_folder_of_a_case),
    Visit("letters:journal", PRIVACY_OFFICER),
    Visit("letters:journal", ADMINISTRATOR, query="direction=in"),
    Visit("letters:archive", PRIVACY_OFFICER),
    Visit("letters:archive_new", PRIVACY_OFFICER),
    Visit("letters:archive_package", PRIVACY_OFFICER, a_package),
]
