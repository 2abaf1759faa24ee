"""The versions a municipality begins with, of letters that a house app brings."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.migrations import RunPython

_VALID_FROM = datetime.date(2020, 1, 1)


def first_versions(letters: Sequence[tuple[str, str, str]], language: str) -> RunPython:
    """Version 1 of each letter (kind, title, text) in the language, for all offices, where there
    is none. Backwards: away with those no letter was written from."""
    kinds = [kind for kind, _title, _body in letters]

    def bring_in(apps: Any, schema_editor: Any) -> None:
        templates = apps.get_model("letters", "Template").objects
        for kind, title, body in letters:
            if not templates.filter(kind=kind, language=language, office=None).exists():
                templates.create(
                    kind=kind,
                    language=language,
                    office=None,
                    number=1,
                    valid_from=_VALID_FROM,
                    state="approved",
                    title=title,
                    body=body,
                    note="Boligsaks utgangspunkt",
                    approved_on=_VALID_FROM,
                )

    def take_out(apps: Any, schema_editor: Any) -> None:
        """Approved versions are never deleted but here."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("ALTER TABLE letters_template DISABLE TRIGGER USER")
            cursor.execute(
                "DELETE FROM letters_template AS template WHERE kind = ANY(%s) AND language = %s"
                " AND office_id IS NULL AND number = 1 AND NOT EXISTS ("
                "SELECT FROM letters_document AS document WHERE template_id = template.id)",
                [kinds, language],
            )
            # What points at a template is asked now: no table is altered while that waits.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE letters_template ENABLE TRIGGER USER")

    return RunPython(bring_in, take_out)
