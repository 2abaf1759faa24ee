"""Who has rented what: a chain of tenancies for each dwelling, back to before the ledger begins."""

import datetime as dt
from dataclasses import dataclass, field

from arrears.rules.kid import make_kid
from boligsak.dates import add_months
from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.dwellings import DemoDwelling
from boligsak.desk.demo.people import DemoHousehold, Registry

_DAY = dt.timedelta(days=1)

# How the current tenancy of a dwelling stands today. What is left is let for an indefinite term.
_STATES = {
    "vacant": 3.6,
    "coming": 0.4,
    "fixed": 38.0,
    "clock_runs": 0.9,
    "asked_to_move": 0.25,
    "gone_open_ended": 0.6,
    "open_ended": 56.25,
}
_TERMS = {3: 68.0, 5: 14.0, 10: 11.0, 1: 5.0, 2: 2.0}


@dataclass(slots=True)
class DemoLease:
    """A lease as the old rent system knew it. `rents` are from a day on, øre a month, by kind."""

    dwelling: DemoDwelling
    household: DemoHousehold
    kind: str
    starts_on: dt.date
    ends_on: dt.date | None
    moved_out_on: dt.date | None
    move_requested_on: dt.date | None = None
    renews: "DemoLease | None" = None
    """The same household's lease before this one."""
    is_renewed: bool = False
    number: str = ""
    kid: str | None = None
    tenants: int = 1
    guarantor: str = ""
    rents: list[tuple[dt.date, str, int]] = field(default_factory=list)
    opening_ore: int = 0
    """What was owed when the ledger begins, and how much of it has been paid off before."""
    opening_paid_ore: int = 0
    damage: tuple[dt.date, int] | None = None
    """A bill for damage after moving out: due day, øre."""
    dispute: tuple[dt.date, int] | None = None
    """A month (first day) of whose rent a part is deposited as disputed, øre."""
    reduction: tuple[dt.date, int] | None = None
    """A month (first day) whose rent was reduced afterwards, øre (less than zero)."""
    pays_with_old_kid: bool = False
    """The first rent is paid with the KID of the lease before."""

    def is_let_on(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.moved_out_on is None or day <= self.moved_out_on)

    def rent_on(self, kind: str, day: dt.date) -> int:
        """Øre for a full month, by the newest row that applies on `day`; 0 for none."""
        found = 0
        for valid_from, of_kind, ore in self.rents:
            if of_kind == kind and valid_from <= day:
                found = ore
        return found


def make_leases(
    seed: int, today: dt.date, since: dt.date, dwellings: list[DemoDwelling], registry: Registry
) -> list[DemoLease]:
    """Every lease that was running on `since` or later, numbered in the order they began."""
    leases: list[DemoLease] = []
    for dwelling in dwellings:
        leases += _chain(seed, today, since, dwelling, registry)
    leases.sort(key=lambda lease: (lease.starts_on, lease.dwelling.number))
    serials: dict[int, int] = {}
    for lease in leases:
        year = lease.starts_on.year
        serials[year] = serials.get(year, 0) + 1
        lease.number = f"{year}-{serials[year]:05d}"
        lease.kid = make_kid(year % 100 * 100_000 + serials[year])
        _finish(Chance(seed, "lease", lease.number), today, since, lease)
    return leases


def _chain(
    seed: int, today: dt.date, since: dt.date, dwelling: DemoDwelling, registry: Registry
) -> list[DemoLease]:
    chance = Chance(seed, "dwelling", dwelling.number)
    state = chance.one_of(_STATES)
    chain: list[DemoLease] = []
    let_until: dt.date | None = None
    if state == "vacant":
        let_until = today - chance.randint(3, 110) * _DAY
    elif state == "coming":
        first = add_months(today.replace(day=1), 1)
        chain.append(_lease(dwelling, registry, chance, first, add_months(first, 36) - _DAY))
        let_until = today - chance.randint(1, 40) * _DAY
    else:
        chain.append(_current(chance, today, state, dwelling, registry))
    while not chain or chain[-1].starts_on > since:
        if chain:
            let_until = let_until if len(chain) == 1 and state == "coming" else None
        earlier = _earlier(chance, today, dwelling, registry, chain, let_until)
        if earlier is None:
            break
        chain.append(earlier)
    return [lease for lease in chain if lease.moved_out_on is None or lease.moved_out_on >= since]


def _current(
    chance: Chance, today: dt.date, state: str, dwelling: DemoDwelling, registry: Registry
) -> DemoLease:
    """The tenancy that runs today."""
    if state == "open_ended":
        starts_on = _first_day(chance, today - round(chance.expovariate(1 / 1900)) * _DAY, today)
        return _lease(dwelling, registry, chance, starts_on, None)
    years = chance.one_of(_TERMS) if state == "fixed" else 3
    left = chance.randint(2, years * 365 - 2)
    if left < 180 and chance.happens(0.5):
        left = chance.randint(180, years * 365 - 2)  # most are renewed well ahead
    if state == "clock_runs":
        left = -chance.randint(3, 88)
    elif state == "asked_to_move":
        left = -chance.randint(20, 120)
    elif state == "gone_open_ended":
        left = -chance.randint(110, 420)
    starts_on = add_months(today + left * _DAY, -12 * years)
    if state == "fixed":
        starts_on = _first_day(chance, starts_on, today)
    lease = _lease(dwelling, registry, chance, starts_on, add_months(starts_on, 12 * years) - _DAY)
    if state == "asked_to_move" and lease.ends_on is not None:
        lease.move_requested_on = min(today, lease.ends_on + chance.randint(1, 60) * _DAY)
    return lease


def _earlier(
    chance: Chance,
    today: dt.date,
    dwelling: DemoDwelling,
    registry: Registry,
    chain: list[DemoLease],
    let_until: dt.date | None,
) -> DemoLease | None:
    """The tenancy before those of the chain, or None: the dwelling was new then."""
    later = chain[-1] if chain else None
    years = chance.one_of({3: 80.0, 5: 15.0, 1: 5.0})
    # Only who stays on in a dwelling is followed closely: the lease ended as it was agreed.
    is_renewal = (
        later is not None and let_until is None and later.ends_on is not None
    ) and chance.happens(0.4)
    if let_until is None and later is not None:
        gap = 0 if is_renewal else chance.randint(9, 60)
        let_until = later.starts_on - (1 + gap) * _DAY
    if let_until is None or let_until <= dwelling.in_use_from:
        return None
    if is_renewal and later is not None:
        starts_on = add_months(let_until + _DAY, -12 * years)
        household: DemoHousehold | None = later.household
        ends_on: dt.date | None = let_until
    else:
        starts_on = let_until - chance.randint(200, 2200) * _DAY
        starts_on = _first_day(chance, starts_on, let_until)
        household = None
        ends_on = None
        if chance.happens(0.55):
            ends_on = add_months(starts_on, 12 * years) - _DAY
            if ends_on < let_until:
                ends_on = let_until
    if starts_on < dwelling.in_use_from:
        starts_on = dwelling.in_use_from
    lease = _lease(dwelling, registry, chance, starts_on, ends_on, household)
    lease.moved_out_on = let_until
    if is_renewal and later is not None:
        later.renews = lease
        lease.is_renewed = True
    return lease


def _lease(
    dwelling: DemoDwelling,
    registry: Registry,
    chance: Chance,
    starts_on: dt.date,
    ends_on: dt.date | None,
    household: DemoHousehold | None = None,
) -> DemoLease:
    if household is None:
        household = registry.household(wants_room_for=dwelling.rooms)
    if household.lived_from is None or starts_on < household.lived_from:
        household.lived_from = starts_on
    is_service = dwelling.building_kind == "supported" and chance.happens(0.4)
    return DemoLease(
        dwelling=dwelling,
        household=household,
        kind="service" if is_service else "lease",
        starts_on=starts_on,
        ends_on=ends_on,
        moved_out_on=None,
    )


def _first_day(chance: Chance, about: dt.date, latest: dt.date) -> dt.date:
    """Most leases begin on the 1st, many on the 15th or 16th."""
    day = chance.one_of({1: 60.0, 15: 18.0, 16: 12.0, 10: 5.0, 20: 5.0})
    on = about.replace(day=day)
    return on if on <= latest else add_months(on, -1)


# What a month cost then, of what it costs today: raised every March, rounded to whole kroner.
_YEARLY_RAISE = 0.034


def _finish(chance: Chance, today: dt.date, since: dt.date, lease: DemoLease) -> None:
    """Parties, rents, and the few leases whose data are not in order."""
    adults = lease.household.adults
    lease.tenants = 2 if len(adults) > 1 and chance.happens(0.7) else 1
    is_new = lease.moved_out_on is None and (today - lease.starts_on).days in range(45, 150)
    if is_new and chance.happens(0.015):
        lease.kid = None
    if is_new and chance.happens(0.015):
        return  # nobody has registered the rent yet
    has_utilities = lease.dwelling.building_kind == "municipal" and chance.happens(0.11)
    utilities = chance.randint(7, 19) * 5_000
    raised_on = max(lease.starts_on, since.replace(day=1))
    _add_rents(lease, lease.starts_on, _cost_then(lease, raised_on, today))
    if has_utilities:
        lease.rents.append((lease.starts_on, "utilities", utilities))
    for year in range(raised_on.year, today.year + 1):
        march = dt.date(year, 3, 1)
        is_over = lease.moved_out_on is not None and lease.moved_out_on < march
        # § 4-2: no earlier than a year after the rent was last set, and never for a day to come.
        if march < add_months(lease.starts_on, 12) or march <= raised_on or march > today:
            continue
        if not is_over:
            _add_rents(lease, march, _cost_then(lease, march, today))
    _add_troubles(chance, today, since, lease)


def _add_troubles(chance: Chance, today: dt.date, since: dt.date, lease: DemoLease) -> None:
    """Old debt, damage, and rent that is disputed and deposited (husleieloven § 3-8)."""
    month = today.replace(day=1)
    if lease.starts_on < add_months(since, -6) and chance.happens(0.03):
        lease.opening_ore = chance.randint(8, 190) * 10_000
        if chance.happens(0.4):
            lease.opening_paid_ore = lease.opening_ore // 20_000 * 10_000
    out = lease.moved_out_on
    if out is not None and out < today and not lease.is_renewed and chance.happens(0.03):
        due_on = out + dt.timedelta(days=chance.randint(25, 60))
        if due_on <= today:
            lease.damage = (due_on, chance.randint(15, 180) * 10_000)
    is_settled = lease.starts_on < add_months(month, -6) and out is None
    if is_settled and chance.happens(0.0018):
        disputed = add_months(month, -chance.randint(2, 3))
        lease.dispute = (disputed, lease.rent_on("rent", month) // 30_000 * 10_000)
    elif is_settled and chance.happens(0.002):
        reduced = add_months(month, -chance.randint(2, 5))
        lease.reduction = (reduced, -chance.randint(5, 25) * 10_000)
    if lease.renews is not None and lease.renews.kid and chance.happens(0.03):
        lease.pays_with_old_kid = True


def _add_rents(lease: DemoLease, valid_from: dt.date, ore: int) -> None:
    lease.rents.append((valid_from, "rent", ore))


def _cost_then(lease: DemoLease, day: dt.date, today: dt.date) -> int:
    raises = _raises(today) - _raises(day)
    return int(lease.dwelling.rent_ore * (1 + _YEARLY_RAISE) ** -raises / 100) * 100


def _raises(day: dt.date) -> int:
    return day.year - (1 if day < dt.date(day.year, 3, 1) else 0)
