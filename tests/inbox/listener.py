"""A receiver that fails when it is told to."""


class Listener:
    """Counts its calls, and fails as often as it is told to."""

    def __init__(self, name, failures=0):
        self.__qualname__, self.failures, self.calls = name, failures, 0

    def __call__(self, **kwargs):
        self.calls += 1
        if self.failures:
            self.failures -= 1
            raise ValueError(f"{self.__qualname__} fails")
