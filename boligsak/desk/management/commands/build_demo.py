"""manage.py build_demo: the demo municipality; --users: who can log in to it."""

import datetime
import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from boligsak import dates
from boligsak.desk.demo.build import build
from boligsak.desk.demo.users import PASSWORD, ROLES
from boligsak.rule import RuleBroken

_REFUSALS = {
    "demo.mode": "A demo is built in demo mode only, not in %(mode)s.",
    "demo.there_already": "There is a municipality already. Nothing was built.",
    "policy.missing": "There are no rules for %(day)s (%(kind)s). Choose a later TODAY.",
    "rate.missing": "There are no rates for %(day)s (%(kind)s). Choose a later TODAY.",
    "demo.refused": "The first load was refused. %(place)s: %(reason)s",
}


class Command(BaseCommand):
    help = "Builds the demo municipality in an empty database."
    requires_system_checks: list[str] = []  # `migrate` has made them just before

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leases", type=int, default=4500, help="How many dwellings.")
        parser.add_argument("--seed", type=int, default=1, help="Another number, another town.")
        parser.add_argument("--today", type=datetime.date.fromisoformat, help="YYYY-MM-DD.")
        parser.add_argument("--users", action="store_true", help="Only print who can log in.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["users"]:
            for user in ROLES:
                self.stdout.write(f"{user.role:<16} {user.username:<14} {PASSWORD}")
            return
        logging.getLogger().setLevel(logging.WARNING)  # a line for each of a thousand jobs
        try:
            build(
                leases=options["leases"],
                seed=options["seed"],
                today=options["today"] or dates.today(),
                say=lambda text: self.stdout.write(f"    {text}"),
            )
        except RuleBroken as broken:
            if broken.code not in _REFUSALS:
                raise
            raise CommandError(_REFUSALS[broken.code] % broken.facts) from None
