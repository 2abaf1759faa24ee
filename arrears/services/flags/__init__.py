from arrears.services.flags.assignment import assign
from arrears.services.flags.look import bring_flags_up_to_date, rebuild

__all__ = ["assign", "bring_flags_up_to_date", "rebuild"]
