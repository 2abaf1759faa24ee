"""Users, their roles with dates, and offices."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak import dates
from boligsak.accounts import forms, staffing, words
from boligsak.accounts.models import Office, Role, RoleAssignment, User
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import ACCESS
from boligsak.administration.steps import Panel, Step
from boligsak.rule import RuleBroken
from boligsak.show import day, moment


def _holds_today(row: RoleAssignment) -> bool:
    today = dates.today()
    return row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)


def _roles(user: User) -> str:
    rows = (row for row in user.assigned if _holds_today(row))  # type: ignore[attr-defined]
    return capfirst(", ".join(map(str, rows)))


def _state(user: User) -> dict[str, Any]:
    if not user.is_active:
        return {"text": _("may not log in"), "tag": "neutral"}
    return {"text": _("may log in"), "tag": "success"}


def _with_role(rows: Rows, word: str) -> Rows:
    if word == "none":
        return rows.exclude(role_assignments__in=RoleAssignment.objects.all())
    return rows.filter(role_assignments__role=word).distinct()


def _enter(_row: None, values: dict[str, Any], _user: Any) -> User:
    return staffing.enter_user(staffing.NewUser(**values))


def _change(row: User, values: dict[str, Any], user: Any) -> User:
    return staffing.change_user(row.pk, by=user, **values)


def _password(row: User, values: dict[str, Any], _user: Any) -> User:
    return staffing.set_password(row.pk, values["password"])


def _assign(row: User, values: dict[str, Any], _user: Any) -> RoleAssignment:
    return staffing.assign_role(
        row.pk,
        values["role"],
        office_id=int(values["office"]) if values["office"] else None,
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        is_cleared=values["is_cleared"],
    )


def _end(_row: User, values: dict[str, Any], user: Any) -> RoleAssignment:
    return staffing.end_role(int(values["assignment"]), valid_to=values["valid_to"], by=user)


@admin.register(User)
class UserRegister(Register):
    keeps_log = True
    to_view = to_change = "accounts.manage_users"
    group, title = ACCESS, gettext_lazy("Users")
    about = gettext_lazy("Who may log in, with which role, where and until when.")
    columns = (
        Column(gettext_lazy("Name"), str, "name", ("last_name", "first_name"), header=True),
        Column(gettext_lazy("Username"), lambda row: row.username, "username", ("username",)),
        Column(gettext_lazy("Roles today"), _roles),
        Column(gettext_lazy("State"), _state),
        Column(
            gettext_lazy("Last logged in"),
            lambda row: moment(row.last_login),
            "seen",
            ("last_login",),
        ),
    )
    filters = (
        Filter(
            "role",
            gettext_lazy("Role"),
            gettext_lazy("All roles"),
            lambda _user: [*Role.choices, ("none", _("never had a role"))],
            _with_role,
        ),
        Filter(
            "active",
            gettext_lazy("State"),
            gettext_lazy("All users"),
            lambda _user: [("yes", _("may log in")), ("no", _("may not log in"))],
            lambda rows, word: rows.filter(is_active=word == "yes"),
        ),
    )
    usual_order = ("last_name", "first_name")
    search_label = gettext_lazy("Find a user by name or username")
    add_label = gettext_lazy("New user")
    add_step = Step(
        "new",
        add_label,
        forms.NewUserForm,
        _enter,
        gettext_lazy("Enter the user"),
        about=gettext_lazy("The user can do nothing before you have given them a role."),
        fields={"user.name_taken": "username", "user.password": "password"},
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The user"),
            forms.UserForm,
            _change,
            gettext_lazy("Save"),
            initial=lambda row: {
                "first_name": row.first_name,
                "last_name": row.last_name,
                "email": row.email,
                "is_active": row.is_active,
            },
            fields={"user.not_yourself": "is_active"},
        ),
        Step(
            "role",
            gettext_lazy("Give a role"),
            forms.RoleForm,
            _assign,
            said=gettext_lazy("The role is given."),
            fields={"role.days": "valid_to", "role.already": "role"},
        ),
        Step(
            "end",
            gettext_lazy("End a role"),
            forms.EndRoleForm,
            _end,
            said=gettext_lazy("The role has its last day. The day after, it gives nothing."),
            fields={"role.days": "valid_to"},
        ),
        Step(
            "password",
            gettext_lazy("Set a new password"),
            forms.PasswordForm,
            _password,
            about=gettext_lazy("The user is logged out everywhere and needs the new one."),
            fields={"user.password": "password"},
            is_dangerous=True,
        ),
    )

    def seen_by(self, user: Any) -> Rows:
        roles = RoleAssignment.objects.select_related("office").order_by("valid_from", "pk")
        return User.objects.prefetch_related(
            Prefetch("role_assignments", queryset=roles, to_attr="assigned")
        )

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        for word in words.split():
            rows = rows.filter(
                pk__in=User.objects.filter(username__istartswith=word)
                .union(
                    User.objects.filter(first_name__icontains=word),
                    User.objects.filter(last_name__icontains=word),
                )
                .values("pk")
            )
        return rows

    def status(self, row: User) -> dict[str, Any]:
        state = _state(row)
        return {"text": state["text"], "color": state["tag"]}

    def facts(self, row: User, user: Any) -> Any:
        yield _("Username"), row.username
        yield _("Last logged in"), moment(row.last_login)
        yield _("Entered"), moment(row.date_joined)

    def panels(self, row: User, user: Any) -> Any:
        yield Panel(
            _("Roles"),
            columns=(
                {"label": _("Role"), "header": True},
                {"label": _("From")},
                {"label": _("To")},
                {"label": _("Protected addresses")},
                {"label": _("State")},
            ),
            rows=tuple(_role_row(one) for one in reversed(row.assigned)),  # type: ignore[attr-defined]
            empty=_("The user has no role and can open nothing."),
            steps=("role", "end"),
        )
        yield Panel(_("Password"), steps=("password",))

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)


def _role_row(row: RoleAssignment) -> dict[str, Any]:
    if _holds_today(row):
        state = {"text": _("today"), "tag": "success"}
    elif row.valid_from > dates.today():
        state = {"text": _("to come"), "tag": "info"}
    else:
        state = {"text": _("over"), "tag": "neutral"}
    return {
        "cells": [
            capfirst(str(row)),
            day(row.valid_from),
            day(row.valid_to) if row.valid_to else "",
            _("cleared") if row.is_cleared else "",
            state,
        ]
    }


# --- Offices ----------------------------------------------------------------------------------


def _open(_row: None, values: dict[str, Any], _user: Any) -> Office:
    return staffing.open_office(values["name"], values["code"], opened_on=values["opened_on"])


def _change_office(row: Office, values: dict[str, Any], _user: Any) -> Office:
    return staffing.change_office(
        row.pk,
        name=values["name"],
        closed_on=values["closed_on"],
        successor_id=int(values["successor"]) if values["successor"] else None,
    )


@admin.register(Office)
class OfficeRegister(Register):
    keeps_log = True
    to_view = to_change = "accounts.manage_users"
    group, title = ACCESS, gettext_lazy("Offices")
    about = gettext_lazy("The welfare offices, and which one goes on when two are merged.")
    columns = (
        Column(gettext_lazy("Name"), str, "name", ("name",), header=True),
        Column(gettext_lazy("Code"), lambda row: row.code),
        Column(gettext_lazy("First day"), lambda row: day(row.opened_on)),
        Column(gettext_lazy("Last day"), lambda row: day(row.closed_on) if row.closed_on else ""),
        Column(
            gettext_lazy("The office that goes on"),
            lambda row: row.successor.name if row.successor else "",
        ),
    )
    usual_order = ("name",)
    add_label = gettext_lazy("New office")
    add_step = Step(
        "new",
        add_label,
        forms.NewOfficeForm,
        _open,
        gettext_lazy("Enter the office"),
        fields={"office.code_taken": "code"},
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The office"),
            forms.OfficeForm,
            _change_office,
            gettext_lazy("Save"),
            initial=lambda row: {
                "name": row.name,
                "closed_on": row.closed_on,
                "successor": str(row.successor_id or ""),
            },
            fields={"office.days": "closed_on", "office.own_successor": "successor"},
        ),
    )

    def seen_by(self, user: Any) -> Rows:
        return Office.objects.select_related("successor")

    def facts(self, row: Office, user: Any) -> Any:
        yield _("Code"), row.code
        yield _("First day"), day(row.opened_on)

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)
