"""What a run has found, in plain lines."""

from dataclasses import dataclass, field

#: How many violations are named; the rest is counted.
NAMED = 50


@dataclass
class Report:
    """A run, in numbers, and what was found wrong."""

    heading: str
    numbers: dict[str, int | float | str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    @property
    def lines(self):
        width = max(map(len, self.numbers), default=0)
        yield self.heading
        yield from (f"  {name:<{width}}  {number}" for name, number in self.numbers.items())
        yield from (f"  VIOLATION {violation}" for violation in self.violations[:NAMED])
        if len(self.violations) > NAMED:
            yield f"  and {len(self.violations) - NAMED} more"
        yield f"verdict: {f'{len(self.violations)} violations' if self.violations else 'nothing lost, nothing twice'}"
