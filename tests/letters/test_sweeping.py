"""Sealed files that no row names are taken away, and no other."""

import datetime
import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from boligsak.jobs.models import JobRun
from boligsak.letters import holders
from boligsak.letters.files import Sealing, folder, store
from boligsak.letters.services import sweeping
from boligsak.letters.services.journal import content_of
from boligsak.letters.services.sweeping import sweep_files
from boligsak.night import STEPS
from tests.letters.posting import a_letter

pytestmark = pytest.mark.django_db

DAY = datetime.date(2020, 11, 23)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    settings.FILES_DIR = tmp_path


def old(name: str, days: int = 15) -> str:
    """The file as it would be when it was written so many days before `DAY`."""
    at = datetime.datetime.combine(DAY, datetime.time(12), datetime.UTC)
    written = (at - datetime.timedelta(days=days)).timestamp()
    os.utime(folder() / name, (written, written))
    return name


def there() -> set[str]:
    return {path.name for path in folder().iterdir()}


def named(days: int = 15) -> str:
    """A file that a row names: without any the files would belong to another database."""
    name = old(store(b"x", "portfolio").name, days)
    JobRun.objects.create(job="import_portfolio", counts={"stored_as": name})
    return name


def test_what_a_rolled_back_step_left_is_swept_after_two_weeks() -> None:
    named()
    left = old(store(b"x", "document").name)
    assert sweep_files(DAY) == {"files_swept": 1}
    assert left not in there()
    assert sweep_files(DAY) == {"files_swept": 0}


def test_what_is_being_written_or_not_yet_committed_is_left() -> None:
    store(b"x", "document")
    old(store(b"y", "document").name, days=13)
    with Sealing("archive") as sealing:
        sealing.write(b"z")
        assert sweep_files(DAY) == {"files_swept": 0}
    assert len(there()) == 3


def test_a_night_tried_for_a_day_to_come_sweeps_nothing_that_is_young() -> None:
    store(b"x", "document")
    assert sweep_files(datetime.date(2099, 1, 1)) == {"files_swept": 0}


def test_a_document_is_never_swept_however_old() -> None:
    letter = a_letter()
    old(letter.stored, days=4_000)
    assert sweep_files(DAY) == {"files_swept": 0}
    assert content_of(letter)


def test_an_upload_of_the_register_that_waits_is_kept() -> None:
    name = named()
    assert sweep_files(DAY) == {"files_swept": 0}
    assert there() == {name}


def test_what_a_killed_worker_never_finished_is_swept_too() -> None:
    name = old(store(b"x", "document").name)
    (folder() / name).rename(folder() / "halv.part")
    assert sweep_files(DAY) == {"files_swept": 1}


def test_when_too_many_are_unnamed_nothing_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "FEW", 2)
    names = {named(), *(old(store(b"x", "document").name) for _ in range(3))}
    assert sweep_files(DAY) == {"files_swept": 0, "files_unnamed": 3}
    assert there() == names


def test_with_another_database_not_one_file_is_deleted() -> None:
    name = old(store(b"x", "document").name)
    assert sweep_files(DAY) == {"files_swept": 0, "files_unnamed": 1}
    assert there() == {name}


def test_a_name_that_goes_from_one_table_to_another_meanwhile_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moving, left = named(), old(store(b"x", "document").name)
    others = named()
    asked = iter([{others}, {moving}])  # first in neither table, then in its new one
    monkeypatch.setattr(sweeping, "held", lambda _names: next(asked))
    assert sweep_files(DAY) == {"files_swept": 1}
    assert there() == {moving, others}
    assert left not in there()


@pytest.mark.parametrize(("day", "sweeps"), [("2026-11-22", True), ("2026-11-23", False)])
def test_every_file_is_looked_at_on_sundays_only(day: str, sweeps: bool) -> None:
    counts = STEPS["housekeeping"](datetime.date.fromisoformat(day), Mock())
    assert ("files_swept" in counts) == sweeps


def test_an_installation_without_a_file_has_nothing_to_sweep() -> None:
    assert sweep_files(DAY) == {"files_swept": 0}


def test_every_column_that_names_a_sealed_file_is_told_of() -> None:
    columns = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("stored") and not model.__name__.endswith("Event")
    }
    assert columns <= set(holders.holders())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=8))
def test_only_the_old_and_unnamed_go(files: list[tuple[bool, int]]) -> None:
    for path in folder().glob("*") if folder().is_dir() else ():
        path.unlink()
    JobRun.objects.all().delete()
    stays = {named()}
    for is_named, days in files:
        name = old(store(b"x", "document").name, days)
        if is_named:
            JobRun.objects.create(job="import_portfolio", counts={"stored_as": name})
        if is_named or days <= sweeping.KEEP.days:
            stays.add(name)
    sweep_files(DAY)
    assert there() == stays
