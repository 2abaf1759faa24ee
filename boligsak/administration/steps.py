"""What can be done to a row of a register: one form, one verb of a service, one button.

Sending the same form twice does no harm anywhere in the administration, so its forms carry no
`submission_id`: an addition names something unique (a number, a name, a day) that is refused the
second time, and a change names the version it was opened on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise

Text = str | Promise


class StepForm(forms.Form):
    """A form of the administration: no script, no browser's own messages, errors beside fields."""

    in_columns = False
    """Two fields beside each other, for a form with many short ones."""

    def __init__(
        self,
        data: Any = None,
        *,
        user: Any,
        row: Any = None,
        prefix: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, prefix=prefix, use_required_attribute=False, **more)
        self.user = user
        self.row = row
        self.prepare()

    def prepare(self) -> None:
        """Where a form fits its fields to its reader and its row."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `do(row, values, user)` calls a service; an addition returns the new row.

    `values` are the form's cleaned values, with `version` where the step looks at it. `fields`
    says at which field a refusal's code belongs. `initial(row)` fills the form in.
    """

    name: str
    label: Text
    form: type[StepForm]
    do: Callable[[Any, dict[str, Any], Any], Any]
    button: Text = ""
    said: Text = ""
    about: Text = ""
    initial: Callable[[Any], Mapping[str, Any]] = lambda _row: {}
    is_open: Callable[[Any], bool] = lambda _row: True
    fields: Mapping[str, str] = field(default_factory=dict)
    permission: str = ""
    is_dangerous: bool = False

    def bound(self, request: HttpRequest, row: Any) -> StepForm:
        """The form as sent with this request, or as it is first shown."""
        is_sent = request.method == "POST" and request.POST.get("step") == self.name
        return self.form(
            request.POST if is_sent else None,
            user=request.user,
            row=row,
            prefix=self.name,
            initial=dict(self.initial(row)),
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of a row's page: a table, and steps that belong to it."""

    title: Text
    columns: tuple[Mapping[str, Any], ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    empty: Text = ""
    steps: tuple[str, ...] = ()
    links: tuple[Mapping[str, Any], ...] = ()
    text: Text = ""
