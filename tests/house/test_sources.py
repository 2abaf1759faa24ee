"""What must hold for the sources themselves."""

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.loaders.app_directories import get_app_template_dirs

from boligsak.celery import app as celery
from boligsak.night import BEAT

BASE_DIR = Path(settings.BASE_DIR)
PACKAGES = ("boligsak", "tenants", "arrears")
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
        assert name in beat or f"{function}.delay" in written, name


# Named by Django itself, or chosen at run time.
BY_DJANGO = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}


def test_no_template_is_unused() -> None:
    folder = BASE_DIR / "templates"
    texts = [path.read_text() for path in sources(*PACKAGES)]
    texts += [path.read_text() for path in folder.rglob("*.html")]
    everything = "\n".join(texts)
    of_packages = [Path(place) for place in get_app_template_dirs("templates")]
    unused = []
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if name in BY_DJANGO or name.startswith("designsystemet/"):
            continue  # the form pack's templates are put together from their names
        if any((place / name).exists() for place in of_packages if place != folder):
            continue  # stands in for a package's own
        if f'"{name}"' not in everything and f"'{name}'" not in everything:
            unused.append(name)
    assert unused == []


# --- Words ------------------------------------------------------------------------------------

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
TAG = re.compile(
    r"""{%\s*translate\s+("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:\s+context\s+("[^"]*"|'[^']*'))?"""
)
INLINE = re.compile(r"""_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
BLOCK = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)

Message = tuple[str | None, str]


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages_of_python(path: Path) -> set[Message]:
    found: set[Message] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        first = _constant(node.args[0])
        if first and name in CALLS | PLURALS:
            found.add((None, first))
        elif first and name in IN_CONTEXT and (second := _constant(node.args[1])):
            found.add((first, second))
    return found


def messages_of_template(path: Path) -> set[Message]:
    text = path.read_text()
    found: set[Message] = {
        (ast.literal_eval(context) if context else None, ast.literal_eval(word))
        for word, context in TAG.findall(text)
    }
    found |= {(None, ast.literal_eval(word)) for word in INLINE.findall(text)}
    for options, body in BLOCK.findall(text):
        body = re.split(r"{%\s*plural\s*%}", body)[0]
        if "trimmed" in options:
            body = " ".join(line.strip() for line in body.strip().splitlines())
        found.add((None, re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body)))
    return found


def catalogue() -> dict[Message, object]:
    known: dict[Message, object] = {}
    files = [*(BASE_DIR / "locale").rglob("django.po"), *(BASE_DIR / "locale").rglob("parts/*.po")]
    for file in files:
        body = file.read_text()
        if not re.search(r'^msgid ""\nmsgstr ""', body, re.MULTILINE):
            body = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n' + body
        for message in read_po(io.BytesIO(body.encode()), locale="nb"):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                known[(message.context, key)] = message
    return known


def test_everything_a_reader_meets_is_translated() -> None:
    said: dict[Message, str] = {}
    for path in sources(*PACKAGES):
        if "migrations" not in path.parts:
            said |= dict.fromkeys(messages_of_python(path), named(path))
    for path in sources("templates", end=".html"):
        said |= dict.fromkeys(messages_of_template(path), named(path))
    known = catalogue()
    missing = {
        message: where
        for message, where in said.items()
        if message not in known or not all(_strings(known[message]))
    }
    assert missing == {}


def test_no_translation_is_a_guess() -> None:
    assert [key for key, message in catalogue().items() if message.fuzzy] == []  # type: ignore[attr-defined]


def test_a_translation_keeps_what_is_put_into_it() -> None:
    hole = re.compile(r"%\((\w+)\)[sd]")
    for (_context, text), message in catalogue().items():
        for translation in _strings(message):
            assert set(hole.findall(translation)) == set(hole.findall(text)), text


def _strings(message: object) -> list[str]:
    found = message.string  # type: ignore[attr-defined]
    return [found] if isinstance(found, str) else list(found)


# --- What no file may hold --------------------------------------------------------------------

ABROAD = re.compile(
    r"(?<![\w.])/(?:root|work|home/\w+)/|registry\.npmjs\.org|pypi\.org|pythonhosted"
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


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later(word: str) -> None:
    later = re.compile(rf"\b{word}\b")
    assert [
        named(path)
        for path in sources(*PACKAGES, "tests")
        if later.search(path.read_text()) and path.name != "test_sources.py"
    ] == []
