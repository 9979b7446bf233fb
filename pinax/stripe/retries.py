"""Run again what somebody else's work was in the way of."""

from __future__ import annotations

import random
import time
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def retry(
    when: Callable[[Exception], bool], *, runs: int = 8, pause: float = 0.02
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Return a decorator that runs a function again after certain errors; the last run's error is raised.

    Args:
        when: whether an error is worth another run.
        runs: how often the function is run at most.
        pause: the longest pause before the second run, in seconds; before the third it is twice as long, and so on.
    """

    def decorate(run: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @wraps(run)
        def retrying(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            for number in range(1, runs):
                try:
                    return run(*args, **kwargs)
                except Exception as error:
                    if not when(error):
                        raise
                time.sleep(random.uniform(0, pause * number))  # noqa: S311  (to get out of step, nothing more)
            return run(*args, **kwargs)

        return retrying

    return decorate
