"""The same doors and promises, with posts that atheris makes: it keeps those that reach code that none reached before.

The first byte of what it makes says which door it is for and whether the secret signs it; the rest is the body.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import atheris

from tests.fuzz.posts import Post, signed, spoil_tree
from tests.fuzz.run import DOORS, Run, override_settings

#: What stands between a stranger's bytes and the first row: measured, as the rest is not.
LOOKED_INTO: Final = (
    "pinax.stripe.plain_json",
    "pinax.stripe.inbox.signature",
    "pinax.stripe.inbox.message",
    "pinax.stripe.inbox.message",
    "pinax.stripe.inbox.recording",
    "pinax.stripe.inbox.verification",
)
#: The largest post, in bytes.
LARGEST: Final = 16 * 1024


def guide(seed: int, most: int | None, seconds: float | None) -> None:
    """Let atheris post; it ends the process itself, with an exit code that tells."""
    for name in LOOKED_INTO:
        _measure(importlib.import_module(name))
    run, names = Run(seed), list(DOORS)

    def once(data: bytes) -> None:
        first, body = (data[0] if data else 0), data[1:]
        door, is_signed = names[first % len(names)], bool(first & 8)
        headers = {"HTTP_STRIPE_SIGNATURE": signed(body)} if is_signed else {}
        with override_settings(**DOORS[door][1]):
            run.post(door, Post("POST", body, headers, is_signed))

    with run.watched(), tempfile.TemporaryDirectory() as folder:
        for number, event in enumerate(run.events):
            for first in range(16):
                (Path(folder) / f"{number}-{first}").write_bytes(bytes([first]) + json.dumps(event).encode())
        options = [f"-max_total_time={int(seconds or 60)}", f"-max_len={LARGEST}", f"-seed={seed % 2**31}"]
        options += [f"-runs={most}"] if most else []
        atheris.Setup([sys.argv[0], *options, folder], once, custom_mutator=_other)
        atheris.Fuzz()


def _other(data: bytes, largest: int, seed: int) -> bytes:
    """Change a value of the event where there is one, or whatever bytes atheris likes."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        try:
            event = json.loads(data[1:])
            spoil_tree(event, chance)
            return data[:1] + json.dumps(event).encode()[: largest - 1]
        except (ValueError, TypeError, RecursionError):
            pass
    return bytes(atheris.Mutate(data, largest))


def _measure(module: Any) -> None:
    """Measure which branches of a module's own functions are reached."""
    for found in list(vars(module).values()):
        if getattr(found, "__module__", "") == module.__name__ and hasattr(found, "__code__"):
            atheris.instrument_func(found)
