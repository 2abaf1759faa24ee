"""What stands behind the addresses about cases, noun by noun.

Every module here has `addresses(world, case)`: the name of each address of its noun that takes
arguments, and what stands in for them. It builds the rows it needs through the services.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for module in iter_modules(__path__):
        found |= import_module(f"{__name__}.{module.name}").addresses(world, case)
    return found
