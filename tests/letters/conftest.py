"""Where letters are kept while they are tested, who they go to, and by which ways."""

import pytest

from boligsak.letters import channels, recipients, sent
from tests.letters.posting import People, Wire


@pytest.fixture
def folders(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    settings.OUTGOING_DIR = tmp_path / "outgoing"
    return tmp_path


@pytest.fixture
def people(monkeypatch):
    """The only register of people there is."""
    found = People()
    monkeypatch.setattr(recipients, "_registers", [found])
    return found


@pytest.fixture
def wire(monkeypatch):
    """Everything goes by this one."""
    one = Wire()
    monkeypatch.setattr(channels, "_channels", {"email": one, "digital": one})
    return one


@pytest.fixture
def owner(monkeypatch):
    """What was told to whoever the letters of the source "test" were made for."""
    monkeypatch.setattr(sent, "_sources", {})
    told: list[tuple] = []
    sent.on_sent("test", lambda document, *more: told.append((document.pk, *more)))
    return told
