"""Celery's shells around the services. Celery finds tasks by importing this package."""

from arrears.tasks.imports import import_payments, take_up_imports
from arrears.tasks.portfolio import load_portfolio

__all__ = ["import_payments", "load_portfolio", "take_up_imports"]
