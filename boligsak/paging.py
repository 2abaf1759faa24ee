"""One page of a long list."""

from dataclasses import dataclass
from typing import Any

SIZE = 50
MOST_PAGES = 200  # beyond ten thousand hits a list is refined, not paged through


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page lies in its list. Fetch `limit` rows from `offset`: one more than is shown."""

    number: int
    size: int = SIZE

    @classmethod
    def asked(cls, query: Any, size: int = SIZE) -> "Paging":
        """The page named in an address; the first one when the name makes no sense."""
        text = query.get("page", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
        return cls(min(max(number, 1), MOST_PAGES), size)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def limit(self) -> int:
        return self.size + 1

    def pager(self, fetched: int, hits: int) -> dict[str, Any]:
        """What parts/_pager.html asks for, when `fetched` rows came back of `limit`."""
        shown = min(fetched, self.size)
        return {
            "hits": hits,
            "number": self.number,
            "first": self.offset + 1 if shown else 0,
            "last": self.offset + shown,
            "previous": self.number - 1 if self.number > 1 else None,
            "next": self.number + 1 if fetched > self.size and self.number < MOST_PAGES else None,
        }
