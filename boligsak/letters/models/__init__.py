from boligsak.letters.models.documents import (
    ArchivedDocument,
    ArchiveExport,
    Direction,
    Document,
    DocumentParty,
    Folder,
    FolderKind,
    PartyKind,
)
from boligsak.letters.models.outbox import (
    BulkLetter,
    BulkLetterRow,
    BulkLetterState,
    Channel,
    Dispatch,
    DispatchAct,
    DispatchState,
    PrintBatch,
)
from boligsak.letters.models.templates import Language, Template, TemplateState

__all__ = [
    "ArchiveExport",
    "ArchivedDocument",
    "BulkLetter",
    "BulkLetterRow",
    "BulkLetterState",
    "Channel",
    "Direction",
    "Dispatch",
    "DispatchAct",
    "DispatchState",
    "Document",
    "DocumentParty",
    "Folder",
    "FolderKind",
    "Language",
    "PartyKind",
    "PrintBatch",
    "Template",
    "TemplateState",
]
