"""What has run, for which day, and how it went. Only to look at."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import RUNNING
from boligsak.administration.steps import Panel
from boligsak.jobs import words
from boligsak.jobs.models import JobRun, RunState
from boligsak.show import day, moment, number

_COLORS = {
    RunState.DONE: "success",
    RunState.REFUSED: "warning",
    RunState.FAILED: "danger",
    RunState.RUNNING: "info",
    RunState.WAITING: "neutral",
}


def _state(row: JobRun) -> dict[str, Any]:
    return {"text": row.get_state_display(), "tag": _COLORS[RunState(row.state)]}


def _kinds(_user: Any) -> list[tuple[str, str]]:
    return sorted(((name, words.job(name)) for name in words.JOBS), key=lambda kind: kind[1])


@admin.register(JobRun)
class JobRunRegister(Register):
    to_view = "jobs.view_runs"
    group, title = RUNNING, gettext_lazy("Job runs")
    about = gettext_lazy("Nights, imports and other long work, with what came of them.")
    columns = (
        Column(gettext_lazy("Job"), lambda row: words.job(row.job), header=True),
        Column(gettext_lazy("State"), _state),
        Column(gettext_lazy("For the day"), lambda row: day(row.day) if row.day else ""),
        Column(gettext_lazy("Subject"), lambda row: row.subject),
        Column(gettext_lazy("Started"), lambda row: moment(row.started_at or row.asked_at)),
        Column(gettext_lazy("Took"), words.took, align="end"),
        Column(gettext_lazy("By"), lambda row: str(row.by) if row.by else _("the system itself")),
    )
    filters = (
        Filter(
            "job",
            gettext_lazy("Job"),
            gettext_lazy("All jobs"),
            _kinds,
            lambda rows, word: rows.filter(job=word),
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            gettext_lazy("All states"),
            lambda _user: list(RunState.choices),
            lambda rows, word: rows.filter(state=word),
        ),
    )
    usual_order = ("-asked_at",)

    def seen_by(self, user: Any) -> Rows:
        return JobRun.objects.select_related("by")

    def heading(self, row: JobRun) -> str:
        return words.job(row.job)

    def status(self, row: JobRun) -> dict[str, Any]:
        state = _state(row)
        return {"text": state["text"], "color": state["tag"]}

    def facts(self, row: JobRun, user: Any) -> Any:
        yield _("For the day"), day(row.day) if row.day else ""
        yield _("Subject"), row.subject
        yield _("Asked for"), moment(row.asked_at)
        yield _("By"), str(row.by) if row.by else _("the system itself")
        yield _("Started"), moment(row.started_at)
        yield _("Ended"), moment(row.ended_at)
        if row.total and row.state != RunState.DONE:
            yield _("Done"), f"{number(row.done)} / {number(row.total)}"
        if row.refusal:
            yield _("Refused because"), words.refused(row)
        if row.error:
            yield _("Where it broke"), row.error

    def panels(self, row: JobRun, user: Any) -> Any:
        if row.counts:
            yield Panel(
                _("What it did"),
                columns=({"label": _("What"), "header": True}, {"label": _("How many")}),
                rows=tuple({"cells": list(counted)} for counted in words.counted(row.counts)),
            )
