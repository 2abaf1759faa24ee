"""The first load: all or nothing, every fault told, and the same files twice change nothing."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from arrears.models import LeaseAccount, LedgerLine, OpenCharge
from arrears.services.ledger import charge_month
from arrears.services.portfolio import Report, import_portfolio
from arrears.services.settle import resettle
from arrears.words.portfolio import reason, sentence
from boligsak.jobs.models import JobRun
from boligsak.rule import RuleBroken
from tenants.models import Dwelling, Guardianship, Household, Lease, LeaseParty, Person, RentTerm
from tenants.services.people import people_with
from tests.arrears import portfolio_files as good
from tests.arrears.portfolio_files import streams
from tests.factories import OfficeFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _office() -> None:
    OfficeFactory(name="Heimdal", code="heimdal")


def load(**changed: Any) -> Report:
    return import_portfolio(streams(**changed), today=DAY)


def refusals(**changed: Any) -> list[tuple[str, int, str, str]]:
    return [(r.file, r.line, r.column, r.code) for r in load(**changed).refused]


def with_row(text: str, row: str) -> str:
    return f"{text}{row}\n"


# --- What is loaded ---------------------------------------------------------------------------


def test_a_good_register_is_loaded_whole() -> None:
    report = load()
    assert report.is_accepted
    assert dict(report.added) == {
        "dwellings.csv": 2,
        "people.csv": 3,
        "leases.csv": 1,
        "charges.csv": 3,
        "payments.csv": 2,
    }


def test_a_lease_stands_with_its_parties_household_rent_and_kid() -> None:
    load()
    lease = Lease.objects.get(number="2020-1")
    assert (lease.dwelling.number, lease.office.code, lease.household.number, lease.kid) == (
        "B1",
        "heimdal",
        "H1",
        "000000018",
    )
    names = LeaseParty.objects.order_by("position").values_list("person__given_name", flat=True)
    assert list(names) == ["Åse", "Ravna"]
    rents = RentTerm.objects.order_by("kind").values_list("kind", "valid_from", "amount_ore")
    assert list(rents) == [
        ("rent", lease.starts_on, 850_000),
        ("utilities", lease.starts_on, 45_050),
    ]


def test_an_identity_number_is_found_again_and_not_kept_in_clear() -> None:
    load()
    person = Person.objects.get(given_name="Åse")
    assert people_with([good.IDENTITY]) == {good.IDENTITY: person.pk}
    assert good.IDENTITY.encode() not in bytes(person.identity.number_sealed)
    assert person.born_on == good.BORN


def test_a_guardian_comes_with_the_person() -> None:
    load()
    assert Guardianship.objects.get().person.given_name == "Ravna"


def test_money_is_settled_and_a_payment_that_names_its_month_pays_that_month() -> None:
    load()
    account = LeaseAccount.objects.get()
    assert account.balance_ore == 453_500
    assert account.monthly_rent_ore == 895_050
    assert list(OpenCharge.objects.order_by("due_on").values_list("due_on", "open_ore")) == [
        (dt.date(2026, 10, 20), 450_000),
        (dt.date(2026, 10, 25), 3_500),
    ]


def test_what_is_kept_after_a_load_is_what_the_ledger_says() -> None:
    load()
    kept = list(LeaseAccount.objects.values())
    resettle()
    assert list(LeaseAccount.objects.values()) == kept


def test_a_month_loaded_from_the_old_system_is_not_charged_again() -> None:
    load()
    charge_month(dt.date(2026, 10, 1), dt.date(2026, 10, 20), None)
    lines = LedgerLine.objects.filter(due_on=dt.date(2026, 10, 20))
    assert sorted(lines.values_list("kind", flat=True)) == ["rent", "utilities"]


def test_a_new_lease_has_an_account_before_anything_is_charged() -> None:
    load(charges=None, payments=None)
    assert LeaseAccount.objects.get().monthly_rent_ore == 895_050


def test_a_payment_below_zero_is_a_reversal() -> None:
    load(payments=with_row(good.PAYMENTS, "2020-1;;2026-10-23;-4000;a3;2026-10"))
    line = LedgerLine.objects.get(kind="reversal")
    assert line.amount_ore == 400_000
    assert line.names.reference == "rent:2026-10"


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    spoilt = b"\xef\xbb\xbf" + good.DWELLINGS.replace("\n", "\r\n").encode()
    assert load(dwellings=spoilt).is_accepted


def test_one_file_can_come_alone_when_the_others_are_there() -> None:
    load(leases=None, charges=None, payments=None)
    leases = good.LEASES.replace("P1,P2", f"{good.IDENTITY},{good.PARTNER}")
    report = import_portfolio({"leases.csv": streams(leases=leases)["leases.csv"]}, today=DAY)
    assert report.added == {"leases.csv": 1}


# --- Twice ------------------------------------------------------------------------------------


def test_the_same_files_again_add_nothing() -> None:
    first = load()
    again = load()
    assert again.is_accepted
    assert set(again.added.values()) == {0}
    assert again.there == first.added
    assert (Person.objects.count(), LedgerLine.objects.count()) == (3, 5)


@pytest.mark.parametrize(
    ("file", "old", "new", "column"),
    [
        ("dwellings", "8 500,00", "8 600,00", "rent"),
        ("people", "Åse", "Aase", "given_name"),
        (
            "people",
            "P3;;Elle;Somby;2015-05-17;;H1;barn",
            "P3;;Elle;Somby;2015-05-17;7;H1;barn",
            "protection",
        ),
        ("leases", "P1,P2", "P2,P1", "tenants"),
        ("leases", "450,50", "460,50", "utilities"),
        ("charges", "2026-09-21;8500", "2026-09-21;8600", "month"),
        ("charges", "25;35", "25;70", "reference"),
        ("payments", "8500;a1", "8400;a1", "reference"),
    ],
)
def test_a_row_that_is_there_with_another_value_is_refused(
    file: str, old: str, new: str, column: str
) -> None:
    load()
    text = good.FILES[f"{file}.csv"]
    assert old in text
    (refused,) = refusals(**{file: text.replace(old, new)})
    assert (refused[0], refused[2], refused[3]) == (
        f"{file}.csv",
        column,
        "portfolio.exists_otherwise",
    )


# --- What is refused --------------------------------------------------------------------------

CASES = [
    ("dwellings", "B1;Gården;kommunal;;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     "dwelling", "portfolio.twice"),
    ("dwellings", "B3;Ny;slott;;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     "building_kind", "cell.choice"),
    ("dwellings", "B3;Gården;borettslag;;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     "building_kind", "portfolio.building_kind_differs"),
    ("dwellings", "B3;Ny;borettslag;974760674;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     "cooperative_orgnr", "building.orgnr"),
    ("dwellings", "B3;Ny;kommunal;;Byåsen;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     "office", "portfolio.unknown_office"),
    ("dwellings", "B3;Ny;kommunal;;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-02-30;",
     "in_use_from", "cell.day"),
    ("dwellings", "B3;Ny;kommunal;;Heimdal;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;2000-01-01",
     "in_use_to", "dwelling.ends_before_start"),
    ("dwellings", "B3;Ny;kommunal;;Heimdal;R;1;H0101;7080;H;to;55;1;ja;1;2001-01-01;",
     "rooms", "cell.whole_number"),
    ("dwellings", "B3;Ny", "", "table.cells"),
    ("people", "P4;12345678901;Ola;Nor;;;;;;;;", "identity_number", "identity.no_such_day"),
    ("people", f"P4;{good.IDENTITY[:-1]}{(int(good.IDENTITY[-1]) + 1) % 10};Ola;Nor;;;;;;;;",
     "identity_number", "identity.check_digits"),
    ("people", f"P4;{good.IDENTITY};Ola;Nor;;;;;;;;", "identity_number",
     "person.identity_taken"),
    ("people", "P4;;Ola;Nor;1990-01-01;;;;;;;", "identity_number", "portfolio.who_is_it"),
    ("people", "P4;;Ola;Nor;1990-01-01;;H2;;;;;", "household_from", "table.cell_empty"),
    ("people", "P4;;Ola;Nor;1990-01-01;8;H2;;2020-01-01;;;", "protection", "cell.choice"),
    ("people", "P4;;;Nor;1990-01-01;;H2;;2020-01-01;;;", "given_name", "table.cell_empty"),
    ("leases", "2020-2;B9;;P1;2021-01-01;;;;8000;", "dwelling", "portfolio.unknown_dwelling"),
    ("leases", "2020-2;B2;H9;P1;2021-01-01;;;;8000;", "household",
     "portfolio.unknown_household"),
    ("leases", "2020-2;B2;;P9;2021-01-01;;;;8000;", "tenants", "portfolio.unknown_person"),
    ("leases", "2020-2;B2;;P1,P1;2021-01-01;;;;8000;", "tenants", "lease.party_twice"),
    ("leases", "2020-2;B2;;,;2021-01-01;;;;8000;", "tenants", "lease.no_tenant"),
    ("leases", "2020-2;B1;;P1;2021-01-01;;;;8000;", "dwelling", "lease.overlaps"),
    ("leases", "2020-2;B2;;P1;2021-01-01;2020-01-01;;;8000;", "ends_on",
     "term.ends_before_start"),
    ("leases", "2020-2;B2;;P1;2021-01-01;;2020-01-01;;8000;", "moved_out_on",
     "lease.moved_out_before_start"),
    ("leases", "2020-2;B2;;P1;2021-01-01;;;000000017;8000;", "kid", "lease.kid_check_digit"),
    ("leases", "2020-2;B2;;P1;2021-01-01;;;000000018;8000;", "kid", "lease.kid_taken"),
    ("leases", "2020-2;B2;;P1;2021-01-01;;;;8 000 kroner;", "rent", "cell.amount"),
    ("leases", "2020-2;B2;;P1;2021-01-01;;;;850000000;", "rent", "cell.amount_out_of_range"),
    ("charges", "2020-9;rent;2026-10-20;8500;", "lease", "portfolio.unknown_lease"),
    ("charges", "2020-1;rent;2026-10-22;8500;", "month", "portfolio.twice"),
    ("charges", "2020-1;gebyr;2026-10-25;35;", "reference", "charge.no_reference"),
    ("charges", "2020-1;rent;2027-10-20;8500;", "due_on", "charge.too_far_ahead"),
    ("charges", "2020-1;rent;2026-08-20;0;", "amount", "cell.amount_out_of_range"),
    ("payments", ";000000026;2026-10-22;100;a3;", "kid", "portfolio.unknown_lease"),
    ("payments", "2020-1;000000026;2026-10-22;100;a3;", "kid", "portfolio.kid_of_another"),
    ("payments", ";;2026-10-22;100;a3;", "kid", "payment.whose"),
    ("payments", "2020-1;;2026-10-22;0;a3;", "amount", "payment.zero"),
    ("payments", "2020-1;;2026-11-21;100;a3;", "paid_on", "payment.not_yet"),
    ("payments", "2020-1;;2026-10-22;100;a1;", "reference", "portfolio.twice"),
    ("payments", "2020-1;;2026-10-22;100;a3;2026-08", "month", "portfolio.no_charge_that_month"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "code"), CASES)
def test_a_faulty_row_is_refused_with_file_line_and_column_and_nothing_is_stored(
    file: str, row: str, column: str, code: str
) -> None:
    text = with_row(good.FILES[f"{file}.csv"], row)
    line = text.count("\n")
    assert refusals(**{file: text}) == [(f"{file}.csv", line, column, code)]
    for model in (Dwelling, Person, Household, Lease, LedgerLine):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (b"", 0, "table.empty"),
        ("dwelling,building,office\n", 1, "table.separator"),
        (good.DWELLINGS.encode("latin-1"), 2, "table.encoding"),
        (good.DWELLINGS + "x" * 20_000, 4, "table.line_too_long"),
        (good.DWELLINGS + '"B3;', 4, "table.quotes"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_the_line_where_it_shows(
    text: Any, line: int, code: str
) -> None:
    report = load(dwellings=text, people=None, leases=None, charges=None, payments=None)
    assert [(r.line, r.code) for r in report.refused] == [(line, code)]


def test_a_header_says_which_columns_are_unknown_twice_or_missing() -> None:
    report = load(charges="lease;lease;beløp;due_on\n", payments=None)
    assert [(r.column, r.code) for r in report.refused] == [
        ("lease", "table.column_twice"),
        ("beløp", "table.unknown_column"),
        ("amount", "table.column_missing"),
    ]


def test_all_faults_are_told_at_once() -> None:
    found = refusals(
        people=with_row(good.PEOPLE, "P4;1;Ola;Nor;;9;;;;;;"),
        leases=with_row(good.LEASES, "2020-2;B9;;P9;2021-01-01;;;1;x;"),
        payments=with_row(good.PAYMENTS, ";;2026-10-22;100;a3;"),
    )
    assert [(file, column) for file, _, column, _ in found] == [
        ("people.csv", "protection"),
        ("people.csv", "identity_number"),
        ("leases.csv", "kid"),
        ("leases.csv", "rent"),
        ("leases.csv", "dwelling"),
        ("leases.csv", "tenants"),
        ("payments.csv", "kid"),
    ]


LOOKED_UP = [
    ("dwellings", "B3;Ny;slott;;Byåsen;R;1;H0101;7080;H;to;55;1;ja;1;2001-01-01;",
     [("building_kind", "cell.choice"), ("rooms", "cell.whole_number"),
      ("office", "portfolio.unknown_office")]),
    ("dwellings", "B3;Ny;slott;;;R;1;H0101;7080;H;2;55;1;ja;1;2001-01-01;",
     [("building_kind", "cell.choice"), ("office", "table.cell_empty")]),
    ("people", "P4;12345678901;;Nor;;;;;;;;",
     [("given_name", "table.cell_empty"), ("identity_number", "identity.no_such_day")]),
    ("people", "P4;12345678901;Ola;Nor;;;H2;;;;;",
     [("household_from", "table.cell_empty"), ("identity_number", "identity.no_such_day")]),
    ("leases", "2020-2;B9;H9;P1,P9;i fjor;;;;8000;",
     [("starts_on", "cell.day"), ("dwelling", "portfolio.unknown_dwelling"),
      ("household", "portfolio.unknown_household"), ("tenants", "portfolio.unknown_person")]),
    ("leases", "2020-2;Bolig ni!;;;2021-01-01;;;;8000;",
     [("dwelling", "cell.number"), ("tenants", "table.cell_empty")]),
    ("charges", "2020-9;rent;i fjor;8500;",
     [("due_on", "cell.day"), ("lease", "portfolio.unknown_lease")]),
    ("charges", "2020-9;gebyr;2026-10-25;35;",
     [("reference", "charge.no_reference"), ("lease", "portfolio.unknown_lease")]),
    ("charges", "Leie ni!;rent;2026-08-20;8500;", [("lease", "cell.number")]),
    ("payments", ";000000026;2026-10-22;mye;a3;",
     [("amount", "cell.amount"), ("kid", "portfolio.unknown_lease")]),
    ("payments", "2020-1;000000026;2026-10-22;0;a3;",
     [("amount", "payment.zero"), ("kid", "portfolio.kid_of_another")]),
    ("payments", ";x;2026-10-22;100;a3;", [("kid", "cell.kid")]),
    ("payments", ";;2026-10-22;mye;a3;", [("amount", "cell.amount")]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "faults"), LOOKED_UP)
def test_what_a_row_points_at_is_looked_up_although_other_cells_of_it_are_refused(
    file: str, row: str, faults: list[tuple[str, str]]
) -> None:
    text = with_row(good.FILES[f"{file}.csv"], row)
    line = text.count("\n")
    assert refusals(**{file: text}) == [(f"{file}.csv", line, *fault) for fault in faults]


def test_what_only_follows_from_a_refused_row_is_not_told() -> None:
    found = refusals(people=good.PEOPLE.replace("voksen;2020", "katt;2020"))
    assert found == [("people.csv", 2, "household_role", "cell.choice")]


@pytest.mark.parametrize(("file", "row", "column", "code"), CASES)
def test_every_refusal_has_its_sentence(file: str, row: str, column: str, code: str) -> None:
    report = load(**{file: with_row(good.FILES[f"{file}.csv"], row)})
    for refusal in report.refused:
        assert "%" not in reason(refusal)


def test_of_two_leases_that_collide_the_new_one_is_refused() -> None:
    load()
    row = "2019-1;B1;;P1;2019-01-01;2019-12-31;2020-01-01;;8000;"
    assert refusals(leases=with_row(good.LEASES, row)) == [
        ("leases.csv", 3, "dwelling", "lease.overlaps")
    ]


def test_an_unknown_file_is_refused() -> None:
    with pytest.raises(RuleBroken) as broken:
        import_portfolio({"hus.csv": streams()["leases.csv"]}, today=DAY)
    assert broken.value.code == "portfolio.unknown_file"


# --- The command ------------------------------------------------------------------------------


def test_the_command_loads_a_folder_and_writes_down_its_run(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    for name, text in good.FILES.items():
        (tmp_path / name).write_text(text)
    call_command("import_portfolio", tmp_path, today=DAY)
    assert "leases.csv: 1" in capsys.readouterr().out
    assert JobRun.objects.get(job="import_portfolio").state == "done"


def test_the_command_tells_every_refused_row_and_stores_nothing(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    for name, text in good.FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "leases.csv").write_text(good.LEASES.replace("000000018", "000000017"))
    with pytest.raises(CommandError):
        call_command("import_portfolio", tmp_path, today=DAY)
    assert "leases.csv, " in capsys.readouterr().err
    assert not Lease.objects.exists()
    assert JobRun.objects.get(job="import_portfolio").state == "refused"


def test_the_command_says_when_a_folder_holds_none_of_the_files(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandError):
        call_command("import_portfolio", tmp_path, today=DAY)


def test_the_command_does_not_leave_a_misspelt_file_out_in_silence(tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name, text in good.FILES.items():
        (tmp_path / name.replace("charges", "charge")).write_text(text)
    with pytest.raises(CommandError, match=r"charge\.csv"):
        call_command("import_portfolio", tmp_path, today=DAY)
    assert not Lease.objects.exists()


def test_an_amount_out_of_range_is_answered_in_kroner() -> None:
    with translation.override("en"):
        said = sentence("cell.amount_out_of_range", {"lowest": 1, "highest": 10_000})
    assert "between 0,01\N{NO-BREAK SPACE}kr and 100,00\N{NO-BREAK SPACE}kr." in said
