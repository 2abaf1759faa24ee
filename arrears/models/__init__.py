from arrears.models.flags import Figure, Flag, FlagChange, FlagKind
from arrears.models.imports import (
    ImportAssignment,
    ImportState,
    PaymentImport,
    UnplacedPayment,
    UnplacedState,
)
from arrears.models.ledger import (
    CHARGE_KINDS,
    ChargeDispute,
    LeaseAccount,
    LedgerLine,
    LineKind,
    OpenCharge,
)

__all__ = [
    "CHARGE_KINDS",
    "ChargeDispute",
    "Figure",
    "Flag",
    "FlagChange",
    "FlagKind",
    "ImportAssignment",
    "ImportState",
    "LeaseAccount",
    "LedgerLine",
    "LineKind",
    "OpenCharge",
    "PaymentImport",
    "UnplacedPayment",
    "UnplacedState",
]
