"""Count the calls that a block of code makes into the package."""

import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pinax.stripe

PACKAGE = Path(pinax.stripe.__file__).parent


class Trace(Counter):
    """How often each function was called, as ``"inbox/processing.py:process"``; comprehensions are not counted."""

    @property
    def functions(self):
        return len(self)

    @property
    def modules(self):
        return len({name.partition(":")[0] for name in self})

    @property
    def calls(self):
        return self.total()


@contextmanager
def traced():
    """Trace what this thread calls in the package, the fake Stripe apart."""
    trace = Trace()
    prefix = f"{PACKAGE}/"

    def count(frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(prefix):
            module = code.co_filename.removeprefix(prefix)
            if not module.startswith("testing/") and code.co_name not in {"<genexpr>", "<listcomp>", "<dictcomp>"}:
                trace[f"{module}:{code.co_qualname}"] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield trace
    finally:
        sys.setprofile(before)
