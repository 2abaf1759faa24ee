"""The one way a rule refuses."""

from typing import Any


class RuleBroken(Exception):
    """A rule says no.

    `code` names the rule ("money.unreadable"), `facts` what it looked at. There is no sentence
    here: `words` of the app concerned turns code and facts into one, in the reader's language.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: dict[str, Any] = facts

    def __str__(self) -> str:
        # Facts may hold names or identity numbers, and str() of an exception ends up in logs.
        return self.code

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.code, self.facts)


def _rebuilt(kind: type[RuleBroken], code: str, facts: dict[str, Any]) -> RuleBroken:
    """A refusal that crossed a process border (Celery, xdist) with its facts whole."""
    broken = kind.__new__(kind)
    RuleBroken.__init__(broken, code, **facts)
    return broken
