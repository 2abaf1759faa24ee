"""Measures on a case: what is tried, the checklist they answer, and the children's interest."""

from arrears.services.measures.base import Task
from arrears.services.measures.checklist import LineAnswer, answer
from arrears.services.measures.children import assess_children
from arrears.services.measures.steps import (
    change,
    drop,
    finish,
    propose,
    reject,
    reopen,
    say_not_enough,
    start,
    try_until,
)

__all__ = [
    "LineAnswer",
    "Task",
    "answer",
    "assess_children",
    "change",
    "drop",
    "finish",
    "propose",
    "reject",
    "reopen",
    "say_not_enough",
    "start",
    "try_until",
]
