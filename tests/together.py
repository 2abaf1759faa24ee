"""Several people at once, each on a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from boligsak.rule import RuleBroken

_SECONDS = 30


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Does all of it at the same time; what each came to, sorted: "done" or the refusal's code.

    Any other fault is raised here, where the test sees it.
    """
    ready = threading.Barrier(len(acts))
    found: list[str] = []
    faults: list[BaseException] = []

    def one(act: Callable[[], Any]) -> None:
        try:
            ready.wait()
            act()
            found.append("done")
        except RuleBroken as broken:
            found.append(broken.code)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SECONDS)
    if faults:
        raise faults[0]
    assert len(found) == len(acts), "somebody waits for ever"
    return sorted(found)
