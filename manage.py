#!/usr/bin/env python
"""Django's command line."""

import os
import sys

# These change the schema or the rows only its owner may write, so they log in as the owner of
# the database. Everything else runs as the application's own role, which owns nothing.
OWNER_COMMANDS = {"migrate", "makemigrations", "pgtrigger", "sqlmigrate", "flush", "dbshell"}
# These need no database; the embedded engines are not started for them.
WITHOUT_DATABASE = {"collectstatic", "compilemessages", "makemessages", "findstatic", "help"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boligsak.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    if command in WITHOUT_DATABASE:
        os.environ.setdefault("WITHOUT_DATABASE", "yes")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
