"""Imports payment files by hand."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arrears.models import ImportState, PaymentImport
from arrears.services.figures import refresh_figures
from arrears.services.imports import import_file
from arrears.words.imports import reason
from boligsak import dates
from boligsak.money import format_kr


class Command(BaseCommand):
    help = (
        "Imports OCR giro files, each whole or not at all. Says of each what became of it and "
        "ends with 1 when one of them was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        refused = 0
        for path in files:
            if not path.is_file():
                self.stderr.write(f"{path}: " + _("There is no such file."))
                refused += 1
                continue
            row = import_file(path, filename=path.name, today=dates.today(), tell=self._teller())
            self._wipe()
            refused += row.state == ImportState.REFUSED
            self._report(path, row)
        refresh_figures(dates.today())
        if refused:
            words = ngettext(
                "%(count)d file was refused.", "%(count)d files were refused.", refused
            )
            raise CommandError(words % {"count": refused}, returncode=1)

    def _report(self, path: Path, row: PaymentImport) -> None:
        if row.state == ImportState.DONE:
            words = ngettext(
                "%(count)d payment, %(sum)s; unplaced: %(unplaced)d",
                "%(count)d payments, %(sum)s; unplaced: %(unplaced)d",
                row.payments,
            ) % {
                "count": row.payments,
                "sum": format_kr(row.sum_ore),
                "unplaced": row.payments - row.placed,
            }
            self.stdout.write(f"{path}: {words}")
        elif row.state == ImportState.REPEATED:
            self.stdout.write(f"{path}: " + _("Imported before; nothing is changed."))
        elif row.refusal:
            self.stderr.write(f"{path}: {reason(row.refusal['code'], row.refusal['facts'])}")

    def _teller(self) -> Any:
        """Shows how far the file has come, where somebody is looking."""
        if not sys.stderr.isatty():
            return None

        def tell(done: int, about: int | None) -> None:
            share = f" {min(done * 100 // about, 100):3d} %" if about else ""
            words = _("%(count)d payments read") % {"count": done}
            self.stderr.write(f"\r{words}{share}", ending="")
            self.stderr.flush()

        return tell

    def _wipe(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\033[K", ending="")
