"""`migrate`, without making nearly all models anew for every column, constraint and trigger."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations import operations
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# What no other table follows from.
_OF_ONE_MODEL: tuple[type[Operation], ...] = (
    operations.CreateModel,
    operations.AddField,
    operations.AddConstraint,
    operations.RemoveConstraint,
    operations.AddIndex,
    operations.RemoveIndex,
    AddTrigger,
    RemoveTrigger,
)


class Command(migrate.Command):
    help = migrate.Command.help

    def handle(self, *args: Any, **options: Any) -> Any:
        with neighbours_left():
            return super().handle(*args, **options)


@contextlib.contextmanager
def neighbours_left() -> Iterator[None]:
    """While migrations run, Django keeps the models of that moment in memory. After each operation
    it makes anew the changed model, all that it points at, and all that point at those: as most of
    our tables point at a user or a person, that is most of the models, some hundred times over, and
    nine tenths of the time that making our tables took.

    Here an operation that concerns its own table alone makes its own model anew. The neighbours
    follow before a data migration sees any model, and at the end: Django's own `is_delayed` says
    that they have to. What changes a name, or a column that is there already, goes Django's way.
    """
    with contextlib.ExitStack() as restored:
        for kind in _OF_ONE_MODEL:
            usual = kind.state_forwards
            kind.state_forwards = _alone(usual)  # type: ignore[method-assign]
            restored.callback(setattr, kind, "state_forwards", usual)
        yield


def _alone(usual: Callable[..., None]) -> Callable[..., None]:
    def state_forwards(operation: Any, app_label: str, state: Any) -> None:
        if _makes_a_second_table(operation):
            usual(operation, app_label, state)
            return
        state.reload_model = partial(_make, state)
        try:
            usual(operation, app_label, state)
        finally:
            del state.reload_model

    return state_forwards


def _makes_a_second_table(operation: Any) -> bool:
    fields = [field for _name, field in getattr(operation, "fields", [])]
    return any(
        field.many_to_many for field in [*fields, getattr(operation, "field", None)] if field
    )


def _make(state: Any, app_label: str, model_name: str, delay: bool = True) -> None:
    state.is_delayed = True
    if "apps" in vars(state):  # else nothing has been made yet
        state._reload({(app_label, model_name)})
