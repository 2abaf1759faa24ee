"""A household's economy in words: what comes in, what must be paid, and how often."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.show import kr
from tenants.rules.economy import DebtKind, Every, ExpenseKind, IncomeKind, LineKind

INCOME: dict[IncomeKind, Promise] = {
    IncomeKind.WAGE: gettext_lazy("Wages after tax"),
    IncomeKind.BENEFIT: gettext_lazy("Benefits and pension after tax"),
    IncomeKind.SOCIAL_SUPPORT: gettext_lazy("Financial support from Nav (sosialtjenesteloven)"),
    IncomeKind.INTRODUCTION: gettext_lazy("Introduction or qualification benefit"),
    IncomeKind.HOUSING_ALLOWANCE: gettext_lazy("Housing allowance"),
    IncomeKind.CHILD_BENEFIT: gettext_lazy("Child benefit and cash-for-care"),
    IncomeKind.MAINTENANCE: gettext_lazy("Maintenance received"),
    IncomeKind.OTHER_INCOME: gettext_lazy("Other income"),
}

EXPENSES: dict[ExpenseKind, Promise] = {
    ExpenseKind.RENT: gettext_lazy("Rent"),
    ExpenseKind.ELECTRICITY: gettext_lazy("Electricity and heating"),
    ExpenseKind.INSURANCE: gettext_lazy("Insurance"),
    ExpenseKind.CHILDCARE: gettext_lazy("Kindergarten and after-school care"),
    ExpenseKind.HEALTH: gettext_lazy("Doctor and medicine"),
    ExpenseKind.TRAVEL_TO_WORK: gettext_lazy("Travel to work"),
    ExpenseKind.MAINTENANCE_PAID: gettext_lazy("Maintenance paid"),
    ExpenseKind.LIVING: gettext_lazy("Food, clothes, phone and the like"),
    ExpenseKind.OTHER_EXPENSE: gettext_lazy("Other fixed expenses"),
}

DEBTS: dict[DebtKind, Promise] = {
    DebtKind.DEDUCTION: gettext_lazy("Deducted by the enforcement authorities"),
    DebtKind.STUDENT_LOAN: gettext_lazy("Student loan"),
    DebtKind.CONSUMER_DEBT: gettext_lazy("Credit cards and consumer loans"),
    DebtKind.FINE: gettext_lazy("Fines"),
    DebtKind.OTHER_DEBT: gettext_lazy("Other debts"),
}

LINE_NAMES: dict[str, Promise] = {
    kind.value: name for names in (INCOME, EXPENSES, DEBTS) for kind, name in names.items()
}

EVERY_NAMES: dict[Every, Promise] = {
    Every.MONTH: gettext_lazy("a month"),
    Every.FORTNIGHT: gettext_lazy("every fortnight"),
    Every.WEEK: gettext_lazy("a week"),
}

KINDS: dict[str, LineKind] = {
    kind.value: kind for kinds in (IncomeKind, ExpenseKind, DebtKind) for kind in kinds
}


def budget_sentence(left_ore: int, highest_rent_ore: int, rent_ore: int) -> str:
    """What an assessed economy comes to, in one sentence. Amounts are øre a month; `rent_ore` is
    what is paid in rent today."""
    told = {"left": kr(abs(left_ore)), "highest": kr(highest_rent_ore)}
    if highest_rent_ore <= 0:
        return _("The household lacks what it needs to live on before any rent is paid.")
    if not rent_ore:
        return _("The household can pay at most %(highest)s a month in rent.") % told
    if left_ore < 0:
        return (
            _(
                "The household lacks %(left)s a month with the rent of today, and can pay at most "
                "%(highest)s."
            )
            % told
        )
    return (
        _(
            "The household has %(left)s left a month with the rent of today, and can pay at most "
            "%(highest)s in rent."
        )
        % told
    )


def share(permille: int | None) -> str:
    """A share of the income as "45,2 %"; a dash without an income."""
    if permille is None:
        return "–"
    whole, tenth = divmod(permille, 10)
    return f"{whole},{tenth}\u00a0%" if tenth else f"{whole}\u00a0%"
