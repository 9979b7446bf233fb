"""The output of the story: two lines for each delivery, and tables."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Final

from playing import Seen
from words import told

COLORS: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
#: The length of the longest event type of the story, in characters.
KIND: Final = len("account.application.deauthorized")
NARROWEST, WIDEST, INDENT = 80, 120, 4
BETWEEN: Final = " · "


class Teller:
    """Prints the story; in colours if the output is a terminal and NO_COLOR is not set."""

    def __init__(self) -> None:
        self.width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
        self.colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self.told = 0

    def paint(self, text: str, color: str) -> str:
        """Return ``text`` in a colour, or as it is."""
        return f"\033[{COLORS[color]}m{text}\033[0m" if self.colored else text

    def heading(self, text: str) -> None:
        """Print the heading of a chapter."""
        print(f"\n{self.paint(text, 'bold')}", flush=True)

    def delivery(self, words: str, seen: Seen, wrong: list[str]) -> None:
        """Print what happens, the site's answer, and the changes."""
        self.told += 1
        room = NARROWEST - KIND - 9
        answer = self.paint(str(seen.answer), {2: "green", 4: "yellow"}.get(seen.answer // 100, "red"))
        kind = self.paint(f"{seen.kind or '-':<{KIND}}", "cyan")
        print(f"{self.told:>2}  {words:<{room}}{kind}  {answer}")
        self.below(told(seen), "dim")
        for text in [*wrong, *(f"log: {line}" for line in seen.log)] if wrong else ():
            self.below([f"✗ {text}"], "red")
        sys.stdout.flush()

    def below(self, phrases: Sequence[str], color: str) -> None:
        """Print phrases below a delivery, wrapped between phrases if possible."""
        lines: list[str] = []
        for phrase in phrases:
            if lines and len(lines[-1]) + len(BETWEEN) + len(phrase) <= self.width - INDENT:
                lines[-1] += BETWEEN + phrase
            else:
                lines += textwrap.wrap(phrase, self.width - INDENT, break_on_hyphens=False)
        for line in lines:
            print(" " * INDENT + self.paint(line, color))

    def table(self, heading: str, lines: Mapping[str, str]) -> None:
        """Print names, each with a text."""
        self.heading(heading)
        column = max(map(len, lines)) + 4
        for name, text in lines.items():
            first, *others = textwrap.wrap(text, self.width - column, break_on_hyphens=False)
            print(f"  {name:<{column - 2}}{first}")
            for line in others:
                print(" " * column + line)
        sys.stdout.flush()
