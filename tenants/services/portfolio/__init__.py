"""The first load of the register: dwellings, people and leases from files.

A row that is there already, with the same content, is left alone: the same file again adds
nothing. One that is there with other content is refused, for a load never changes what has been
worked on since. Rows that depend on a refused row are passed over silently, so that the report
names what is wrong and not what follows from it.

Whether anything is kept is for the caller to decide, in whose transaction this runs.
"""

from tenants.services.portfolio.dwellings import DWELLINGS, load_dwellings
from tenants.services.portfolio.leases import LEASES, load_leases
from tenants.services.portfolio.loaded import NOTHING, Loaded
from tenants.services.portfolio.people import PEOPLE, load_people

__all__ = [
    "DWELLINGS",
    "LEASES",
    "NOTHING",
    "PEOPLE",
    "Loaded",
    "load_dwellings",
    "load_leases",
    "load_people",
]
