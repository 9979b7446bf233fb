"""How many examples hypothesis tries in a test: a fifth of them, or with ``PINAX_TEST_EXAMPLES=all`` all of them."""

import os

ALL = os.environ.get("PINAX_TEST_EXAMPLES") == "all"


def examples(number: int) -> int:
    return number if ALL else max(10, number // 5)
