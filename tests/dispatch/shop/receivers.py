import os
import time
from pathlib import Path

from .models import Sale


def sell(event, **kwargs):
    """Sell; then fail or wait for as long as the file is there that the event's object names."""
    Sale.objects.create(event_id=event.stripe_id, worker=os.getpid())
    metadata = event.object.get("metadata") or {}
    if "fail_while" in metadata and Path(metadata["fail_while"]).exists():
        raise ValueError("out of stock")
    if "wait_while" in metadata:
        Path(metadata["reached"]).write_text(str(os.getpid()))
        while Path(metadata["wait_while"]).exists():
            time.sleep(0.02)
