"""What must hold for every template we ship."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import translation

BASE_DIR = Path(settings.BASE_DIR)
TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))
SOURCES = [*TEMPLATES, BASE_DIR / "boligsak" / "show.py"]


def named(path):
    return str(path.relative_to(BASE_DIR))


# Loads the tags of an app that is there only where the municipality's own sign-in is set up.
OPTIONAL = {"templates/account/_providers.html"}


@pytest.mark.parametrize("path", [p for p in TEMPLATES if named(p) not in OPTIONAL], ids=named)
def test_a_template_can_be_read(path):
    get_template(str(path.relative_to(BASE_DIR / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_needs_an_exception_from_the_content_security_policy(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style|javascript:|\son[a-z]+\s*=\s*[\"']|hx-on|hx-vals=[\"']js", text)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_nothing_is_fetched_from_another_host(path):
    text = path.read_text().replace("http://www.w3.org/", "")
    assert not re.search(r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//", text)


def test_every_icon_named_is_in_the_sprite():
    known = set(json.loads((BASE_DIR / "static" / "src" / "icons.json").read_text()))
    used = set()
    for path in SOURCES:
        used |= set(re.findall(r"""{%\s*icon ["']([\w-]+)["']""", path.read_text()))
    assert used <= known
    assert {f"level-{level}" for level in (1, 2, 3, 4)} <= known


@pytest.mark.parametrize("name", ["500.html", "400.html", "db_away.html"])
def test_a_page_about_a_fault_needs_neither_request_nor_database(name):
    with translation.override("en"):
        page = render_to_string(name)
    assert "<h1>" in page
    assert "Boligsak" in page


@pytest.mark.parametrize("name", ["403.html", "404.html", "403_csrf.html"])
def test_a_page_about_a_refusal_can_be_shown_to_anybody(name, rf):
    assert "<h1>" in render_to_string(name, request=rf.get("/"))
