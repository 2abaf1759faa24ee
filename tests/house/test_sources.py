"""What must hold for the sources themselves."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loaders.app_directories import get_app_template_dirs

from boligsak.celery import app as celery
from boligsak.desk.application import page as application_page
from boligsak.desk.case.page import MAIN, SIDE
from boligsak.night import BEAT

BASE_DIR = Path(settings.BASE_DIR)
PACKAGES = ("boligsak", "tenants", "arrears", "meetings")
NOT_OURS = {"node_modules", ".venv", ".git", ".data", "dist", "__pycache__"}


def sources(*folders: str, end: str = ".py") -> Iterator[Path]:
    for folder in folders:
        for path in sorted((BASE_DIR / folder).rglob(f"*{end}")):
            if not NOT_OURS & set(path.parts):
                yield path


def named(path: Path) -> str:
    return str(path.relative_to(BASE_DIR))


# --- Floors -----------------------------------------------------------------------------------


def test_the_floors_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run([command, "--no-cache"], cwd=BASE_DIR, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout[-3000:]


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "signals", "misc"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    assert [named(path) for path in sources(*PACKAGES) if path.stem == name] == []


def test_nothing_listens_to_signals() -> None:
    listens = re.compile(r"^from django\.dispatch import|\.connect\(\s*\w+\s*,\s*sender=|@receiver")
    assert [named(path) for path in sources(*PACKAGES) if listens.search(path.read_text())] == []


# --- Tasks and templates ----------------------------------------------------------------------


def test_every_task_is_on_the_beat_or_asked_for_by_somebody() -> None:
    celery.loader.import_default_modules()
    beat = {entry["task"] for entry in BEAT.values()}
    written = "\n".join(path.read_text() for path in sources(*PACKAGES))
    for name, task in celery.tasks.items():
        if name.startswith("celery."):
            continue
        function = task.run.__name__
        is_asked = any(how in written for how in (f"{function}.delay", f"task={function}"))
        assert name in beat or is_asked, name


# Named by Django itself, or chosen at run time.
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}


def test_no_template_is_unused() -> None:
    folder = BASE_DIR / "templates"
    texts = [path.read_text() for path in sources(*PACKAGES)]
    texts += [path.read_text() for path in folder.rglob("*.html")]
    everything = "\n".join(texts)
    of_sections = {f"desk/case/_{one.name}.html" for one in (*MAIN, *SIDE)}
    of_application = (*application_page.MAIN, *application_page.SIDE)
    of_sections |= {f"desk/application/_{one.name}.html" for one in of_application}
    of_packages = [Path(place) for place in get_app_template_dirs("templates")]
    unused = []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if name in BY_DJANGO or name in of_sections or name.startswith("designsystemet/"):
            continue  # the form pack's templates are put together from their names
        if any((place / name).exists() for place in of_packages if place != folder):
            continue  # stands in for a package's own
        if f'"{name}"' not in everything and f"'{name}'" not in everything:
            unused.append(name)
    assert unused == []


# --- What no file may hold --------------------------------------------------------------------

ABROAD = re.compile(
    r"(?<![\w.])/(?:[r]oot|[w]ork|home/\w+)/|registry\.[n]pm|[p]ypi\.|[p]ythonhosted"
)
ENDS = (
    ".py",
    ".html",
    ".js",
    ".mjs",
    ".css",
    ".json",
    ".toml",
    ".txt",
    ".md",
    ".po",
    ".in",
    ".yml",
)


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    named_there = []
    for path in sorted(BASE_DIR.rglob("*")):
        parts = path.relative_to(BASE_DIR).parts
        if NOT_OURS & set(parts) or any(part.startswith(".") for part in parts):
            continue
        if path.suffix not in ENDS or path.name == "test_sources.py" or not path.is_file():
            continue
        if found := ABROAD.search(path.read_text(errors="ignore")):
            named_there.append((named(path), found[0]))
    assert named_there == []


IN_F_STRING = re.compile(r"""f["'].*\{(?:_|n?p?gettext)\(""")


def test_no_text_hides_in_an_f_string() -> None:
    """The extraction of texts does not look into f-strings: there they would stay English."""
    assert [
        named(path) for path in sources(*PACKAGES) if IN_F_STRING.search(path.read_text())
    ] == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(word: str) -> None:
    later = re.compile(rf"\b{word}\b")
    assert [
        named(path)
        for path in sources(*PACKAGES, "tests")
        if later.search(path.read_text()) and path.name != "test_sources.py"
    ] == []
