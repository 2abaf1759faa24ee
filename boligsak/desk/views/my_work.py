"""A caseworker's own day: what is mine, what runs out, what is new here, what is solved."""

import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries import worklist as query
from arrears.queries.figures import counted_on
from arrears.queries.worklist import NOBODY, Choice
from boligsak import dates
from boligsak.desk import overview
from boligsak.desk.forms.owned import ME
from boligsak.desk.mine import lists, questions
from boligsak.desk.queries.deadlines import deadline_rows
from boligsak.desk.rows import deadline_lines, week_from, work_lines
from boligsak.paging import Paging
from boligsak.together import answered
from boligsak.web import PageRequest, page

_MINE_AT_A_TIME = 20
_DEADLINES = 6
_NEW = 6
_SOLVED = 6
_SOLVED_DAYS = 14


@require_GET
@page("desk.view_my_work")
def my_work(request: PageRequest) -> HttpResponseBase:
    user, day = request.user, dates.today()
    mine = Choice(owner=user.pk)
    flags = query.chosen(user, mine, day)
    paging = Paging.asked(request.GET, size=_MINE_AT_A_TIME)
    since = counted_on() or day
    free = Choice(owner=NOBODY, raised_from=since)
    solved_from = day - datetime.timedelta(days=_SOLVED_DAYS)
    told = answered(
        {
            "own": flags.top(paging.limit, paging.offset),
            "due": deadline_rows(user, day, week_from(day), mine, _DEADLINES + 1),
            "new": query.chosen(user, free, day).top(_NEW + 1),
            "solved": query.solved_since(user, user.pk, solved_from, _SOLVED),
            **questions(user, day),
        }
    )
    own, due, new, solved = (told[name] for name in ("own", "due", "new", "solved"))
    shown = {
        row.flag_id: row for row in (*own[: paging.size], *due[:_DEADLINES], *new[:_NEW], *solved)
    }
    lines = work_lines(list(shown.values()), user, day, back=request.get_full_path())
    request.saw(person for line in lines for person in line.person_ids)
    by_flag = {line.flag_id: line for line in lines}

    def of(rows: list[query.WorkRow]) -> list[Any]:
        return [by_flag[row.flag_id] for row in rows if row.flag_id in by_flag]

    fits = len(own) <= paging.size and (own or paging.offset == 0)
    todo = lists(told, user, day)
    request.saw(person for line in todo.cases for person in line.person_ids)
    request.saw(line.person_id for line in todo.applications if line.person_id)
    link = overview.Links()
    return render(
        request,
        "desk/my_work.html",
        {
            "title": _("My work"),
            "lead": dates.format_day(day),
            "today": day,
            "query": request.GET,
            "mine": of(own[: paging.size]),
            "pager": paging.pager(len(own), paging.offset + len(own) if fits else flags.count()),
            "deadlines": deadline_lines(due[:_DEADLINES], lines),
            "more_deadlines": len(due) > _DEADLINES,
            "all_deadlines": link.worklist(owner=ME, due="week"),
            "new": of(new[:_NEW]),
            "more_new": len(new) > _NEW,
            "all_new": link.worklist(owner=NOBODY, new=since.isoformat()),
            "solved": of(solved),
            "solved_days": _SOLVED_DAYS,
            "todo": todo,
            "worklist": link.worklist(),
        },
    )
