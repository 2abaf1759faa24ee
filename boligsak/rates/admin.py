"""Rates of the law and the municipality's own policies, by day. What has been used stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import RULES
from boligsak.administration.steps import Panel, Step
from boligsak.rates import forms, queries, registry, services, words
from boligsak.rates.models import Policy, Rate
from boligsak.rule import RuleBroken
from boligsak.show import day, kr, moment


def _use(row: Rate | Policy) -> dict[str, Any]:
    if row.cited_at is None:
        return {"text": _("not used yet"), "tag": "neutral"}
    return {"text": _("in use"), "tag": "info", "sub": day(row.cited_at)}


def _heading(kind: str, row: Rate | Policy) -> str:
    return _("%(kind)s, from %(day)s") % {"kind": kind, "day": day(row.valid_from)}


def _used_or_not(rows: Rows, word: str) -> Rows:
    return rows.filter(cited_at__isnull=word == "no")


USED = Filter(
    "used",
    gettext_lazy("Used"),
    gettext_lazy("Used or not"),
    lambda _user: [("yes", _("in use")), ("no", _("not used yet"))],
    _used_or_not,
)


# --- Policies ---------------------------------------------------------------------------------


def _new_policy(row: Policy | None, values: dict[str, Any], _user: Any) -> Policy:
    kind = row.kind if row is not None else _first_kind().name
    with _said_by(kind):
        return services.enter_policy(
            kind,
            office_id=int(values["office"]) if values["office"] else None,
            valid_from=values["valid_from"],
            values=values["values"],
            source=values["source"],
        )


def _change_policy(row: Policy, values: dict[str, Any], _user: Any) -> Policy:
    with _said_by(row.kind):
        return services.change_policy(
            row.pk,
            valid_from=values["valid_from"],
            values=values["values"],
            source=values["source"],
        )


def _first_kind() -> registry.PolicyKind:
    """The kind of a new version that does not say which one it starts from."""
    return next(kind for kind in registry.kinds() if not kind.editor)


_SAID_BY = "policy_kind"


@contextmanager
def _said_by(kind: str) -> Iterator[None]:
    """What is wrong with the values is said in the words of their own kind."""
    try:
        yield
    except RuleBroken as broken:
        broken.facts.setdefault(_SAID_BY, kind)
        raise


def _first_values(row: Policy | None) -> dict[str, Any]:
    if row is None:
        return forms.initial(_first_kind().example)
    return forms.initial(row.values) | {"office": str(row.office_id or "")}


def _new_versions(row: Policy) -> Iterator[dict[str, Any]]:
    """Where a new version is made from this one, and where this one is corrected."""
    editor = registry.kind(row.kind).editor
    if not editor:
        yield {"url": f"../../add/?from={row.pk}", "label": _("Make a new version")}
        return
    yield {"url": f"{reverse(editor)}?from={row.pk}", "label": _("Make a new version")}
    if row.cited_at is None:
        correct = f"{reverse(editor)}?from={row.pk}&correct=1"
        yield {"url": correct, "label": _("Correct this version")}


@admin.register(Policy)
class PolicyRegister(Register):
    keeps_log = True
    to_view, to_change = "rates.view_policies", "rates.change_policies"
    group, title = RULES, gettext_lazy("Policies")
    about = gettext_lazy("The municipality's own thresholds, by office and day.")
    columns = (
        Column(gettext_lazy("Kind"), lambda row: words.kind_label(row.kind), header=True),
        Column(
            gettext_lazy("Office"),
            lambda row: row.office.name if row.office else _("Every office"),
            "office",
            ("office__name",),
        ),
        Column(
            gettext_lazy("Valid from"), lambda row: day(row.valid_from), "from", ("valid_from",)
        ),
        Column(gettext_lazy("Why"), lambda row: row.source),
        Column(gettext_lazy("Used"), _use),
    )
    filters = (
        Filter(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda _user: [(kind.name, str(kind.label)) for kind in registry.kinds()],
            lambda rows, word: rows.filter(kind=word),
        ),
        Filter(
            "office",
            gettext_lazy("Office"),
            gettext_lazy("Common and an office's own"),
            lambda _user: [
                ("none", _("Common to every office")),
                *((str(pk), name) for pk, name in queries.offices()),
            ],
            lambda rows, word: rows.filter(office=None if word == "none" else int(word)),
        ),
        USED,
    )
    usual_order = ("kind", "office__name", "-valid_from")
    add_label = gettext_lazy("New version of a policy")
    add_step = Step(
        "new",
        add_label,
        forms.NewPolicyForm,
        _new_policy,
        gettext_lazy("Save the new version"),
        initial=_first_values,
        about=gettext_lazy(
            "From its day on it goes before older versions. What older versions decided stays."
        ),
        fields={"policy.day_taken": "valid_from"},
    )
    steps = (
        Step(
            "change",
            gettext_lazy("Correct this version"),
            forms.PolicyForm,
            _change_policy,
            gettext_lazy("Save"),
            initial=lambda row: (
                forms.initial(row.values) | {"valid_from": row.valid_from, "source": row.source}
            ),
            is_open=lambda row: row.cited_at is None and not registry.kind(row.kind).editor,
            fields={"policy.day_taken": "valid_from"},
        ),
    )

    def seen_by(self, user: Any) -> Rows:
        return Policy.objects.select_related("office")

    def heading(self, row: Policy) -> str:
        return _heading(words.kind_label(row.kind), row)

    def status(self, row: Policy) -> dict[str, Any]:
        use = _use(row)
        return {"text": use["text"], "color": use["tag"]}

    def facts(self, row: Policy, user: Any) -> Any:
        yield _("Office"), row.office.name if row.office else _("Every office")
        yield _("Entered"), moment(row.entered_at)
        kind = registry.kind(row.kind)
        if row.cited_at is not None or kind.editor:
            yield _("Valid from"), day(row.valid_from)
            yield _("Why"), row.source
            if kind.shown is not None:
                yield from kind.shown(row.values)
            else:
                yield from forms.shown(row.kind, row.values)

    def panels(self, row: Policy, user: Any) -> Any:
        if self.may_change(user):
            yield Panel(
                _("New version from a day on"),
                text=_(
                    "Start from these values, change what is to be different, and say from which "
                    "day."
                ),
                links=tuple(_new_versions(row)),
            )

    def _add_action(self, user: Any) -> dict[str, Any] | None:
        """None: a new version starts from the one before it, on that one's page."""
        return None

    def origin(self, request: HttpRequest) -> Policy | None:
        word = request.GET.get("from", "")
        found = Policy.objects.filter(pk=int(word)).first() if word.isdigit() else None
        # A kind with a page of its own has no form here.
        return None if found is None or registry.kind(found.kind).editor else found

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken, broken.facts.get(_SAID_BY, _first_kind().name))


# --- Rates ------------------------------------------------------------------------------------


def _unit_of(kind: str) -> str:
    if registered := registry.rates().get(kind):
        return registered.unit
    return Rate.objects.filter(kind=kind).values_list("unit", flat=True)[0]


def _new_rate(_row: None, values: dict[str, Any], _user: Any) -> Rate:
    return services.enter_rate(
        values["kind"],
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        value=values["value"],
        unit=_unit_of(values["kind"]),
        source=values["source"],
    )


def _change_rate(row: Rate, values: dict[str, Any], _user: Any) -> Rate:
    return services.change_rate(
        row.pk,
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
        value=values["value"],
        source=values["source"],
    )


def _value(row: Rate) -> str:
    return kr(int(row.value)) if row.unit == "øre" else forms.decimal(row.value)


_RATE_FIELDS = {"rate.day_taken": "valid_from", "rate.ends_before_start": "valid_to"}


@admin.register(Rate)
class RateRegister(Register):
    keeps_log = True
    to_view, to_change = "rates.view_policies", "rates.change_policies"
    group, title = RULES, gettext_lazy("Rates")
    about = gettext_lazy("Fees, interest and days that the law sets, each with its source.")
    columns = (
        Column(
            gettext_lazy("Kind"),
            lambda row: words.rate(row.kind),
            "kind",
            ("kind",),
            header=True,
        ),
        Column(
            gettext_lazy("Valid from"), lambda row: day(row.valid_from), "from", ("valid_from",)
        ),
        Column(gettext_lazy("Valid to"), lambda row: day(row.valid_to) if row.valid_to else ""),
        Column(gettext_lazy("Value"), _value, align="end"),
        Column(gettext_lazy("Unit"), lambda row: words.unit(row.unit)),
        Column(gettext_lazy("Source"), lambda row: row.source),
        Column(gettext_lazy("Used"), _use),
    )
    filters = (
        Filter(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda _user: [
                (kind, words.rate(kind))
                for kind in Rate.objects.order_by("kind").values_list("kind", flat=True).distinct()
            ],
            lambda rows, word: rows.filter(kind=word),
        ),
        USED,
    )
    usual_order = ("kind", "-valid_from")
    add_label = gettext_lazy("New rate")
    add_step = Step(
        "new",
        add_label,
        forms.NewRateForm,
        _new_rate,
        gettext_lazy("Save the rate"),
        fields=_RATE_FIELDS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("Correct this rate"),
            forms.RateForm,
            _change_rate,
            gettext_lazy("Save"),
            initial=lambda row: {
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "value": row.value,
                "source": row.source,
            },
            is_open=lambda row: row.cited_at is None,
            fields=_RATE_FIELDS,
        ),
    )

    def heading(self, row: Rate) -> str:
        return _heading(words.rate(row.kind), row)

    def status(self, row: Rate) -> dict[str, Any]:
        use = _use(row)
        return {"text": use["text"], "color": use["tag"]}

    def facts(self, row: Rate, user: Any) -> Any:
        yield _("Kind"), words.rate(row.kind)
        yield _("Value"), f"{_value(row)} {'' if row.unit == 'øre' else words.unit(row.unit)}"
        yield _("Valid from"), day(row.valid_from)
        yield _("Valid to"), day(row.valid_to) if row.valid_to else ""
        yield _("Source"), row.source

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)
