"""manage.py import_portfolio DIR: the first load from the rent system in use until now."""

import datetime
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arrears.services.portfolio import Report, run_import
from arrears.words.portfolio import place, reason, sentence
from boligsak import dates
from boligsak.rule import RuleBroken


class Command(BaseCommand):
    help = "Loads dwellings.csv, people.csv, leases.csv, charges.csv and payments.csv from DIR."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR", help="The folder with the files.")
        parser.add_argument(
            "--today", type=datetime.date.fromisoformat, help="The day it is (YYYY-MM-DD)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["dir"]
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(name)s.") % {"name": folder})
        with ExitStack() as stack:
            # Others than the five as well: one that is misspelt is not to be left out in silence.
            files = {
                path.name: stack.enter_context(path.open("rb"))
                for path in sorted(folder.glob("*.csv"))
                if path.is_file()
            }
            try:
                report = run_import(files, today=options["today"] or dates.today())
            except RuleBroken as broken:
                if broken.code == "job.running":
                    raise CommandError(_("Another load is running.")) from None
                raise CommandError(sentence(broken.code, broken.facts)) from None
        self._tell(report)

    def _tell(self, report: Report) -> None:
        for refusal in report.refused:
            self.stderr.write(f"{place(refusal)}: {reason(refusal)}")
        if report.refused:
            count = len(report.refused)
            raise CommandError(
                ngettext(
                    "%(count)d fault. Nothing was stored.",
                    "%(count)d faults. Nothing was stored.",
                    count,
                )
                % {"count": count}
            )
        for name in report.added:
            self.stdout.write(
                _("%(file)s: %(added)d new, %(there)d there already")
                % {"file": name, "added": report.added[name], "there": report.there[name]}
            )
