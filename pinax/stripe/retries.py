"""Retry a function after certain errors, such as a concurrent update."""

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
    """Return a decorator that retries a function after certain errors; the error of the last run is raised.

    Args:
        when: whether to retry after an error.
        runs: the maximum number of runs.
        pause: the maximum pause before the second run, in seconds; twice as long before the third,
            three times before the fourth.
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
                time.sleep(random.uniform(0, pause * number))  # noqa: S311  (jitter)
            return run(*args, **kwargs)

        return retrying

    return decorate
