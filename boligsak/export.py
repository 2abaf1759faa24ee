"""Lists as files: CSV and XLSX of exactly what a page shows, written row by row.

No text becomes a formula: a name or an address that begins like one is written as text, so that
nobody's spreadsheet runs what somebody else typed.
"""

import csv
import datetime
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from boligsak import dates, money

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_KEPT_IN_MEMORY = 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("xlsx", "csv")


class Ore(int):
    """An amount in øre in a cell: written as kroner, as a number."""


Cell = str | int | Ore | datetime.date | None


def as_file(
    file_format: str, name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponseBase:
    """The list as a download in one of `FORMATS`. `name` is the file's name without its end."""
    if file_format == "xlsx":
        return _xlsx(name, columns, rows)
    return _csv(name, columns, rows)


def as_text(text: str) -> str:
    """The text, marked so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    """Semicolons and a byte order mark: what Excel in Norwegian opens without asking."""
    return StreamingHttpResponse(
        _csv_parts(columns, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _csv_parts(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([as_text(str(column)) for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow([_plain(cell) for cell in row])
        if number % 200 == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Ore):
        return money.plain(cell)
    if isinstance(cell, datetime.date):
        return dates.format_day(cell)
    return as_text(cell) if isinstance(cell, str) else str(cell)


def _xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    heading = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=as_text(str(column)))
        cell.font = Font(bold=True)
        heading.append(cell)
    sheet.append(heading)
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    # On the disk when it is big, and gone when the response is closed.
    file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX)


def _typed(sheet: Any, value: Cell) -> Any:
    if isinstance(value, Ore):
        cell = WriteOnlyCell(sheet, value=Decimal(value) / 100)
        cell.number_format = "#,##0.00"
        return cell
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "dd.mm.yyyy"
        return cell
    return as_text(value) if isinstance(value, str) else value
