"""Several fake platforms behind one address, as Stripe itself is."""

from pinax.stripe.testing.exchange import Request, Response
from pinax.stripe.testing.fake import FakeStripe


class FakePlatforms:
    """Several platforms, each with keys and an account of its own; the key of a request says which one answers.

    Args:
        fakes: the platforms. The first one answers requests with a key that none of them has.
    """

    def __init__(self, *fakes: FakeStripe) -> None:
        self.fakes = fakes

    def answer(self, request: Request, timeout: float | None = None) -> Response:
        """Respond to a request, as :meth:`FakeStripe.answer` does.

        Raises:
            ConnectionResetError: a test has scripted a dropped connection.
            TimeoutError: a test has scripted a delay that is longer than ``timeout``.
        """
        fake = next((fake for fake in self.fakes if fake.knows(request.key)), self.fakes[0])
        return fake.answer(request, timeout)
