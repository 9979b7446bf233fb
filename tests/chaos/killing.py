"""A child process that is killed (SIGKILL) right before or right after a function of the app, which runs unpatched."""

import os
import signal
import sys
import traceback
import warnings

from django.db import connections

from pinax.stripe import client

#: What a profiler is told when a function begins, and when it ends.
MOMENTS = {"before": "call", "after": "return"}


def killed_at(work, function, moment):
    """Do ``work`` in a child of this process, and say whether it was killed at the function.

    Args:
        work: what the child does.
        function: its module and its qualified name, ``"pinax.stripe.inbox.recording:record"``.
        moment: ``"before"`` or ``"after"`` the first time that the child calls it.
    """
    connections.close_all()
    with warnings.catch_warnings():
        # Python warns of forks beside threads; the only other thread here is that of the fake Stripe.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _work_and_die(work, function, moment)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _work_and_die(work, function, moment):
    module, _, name = function.partition(":")
    told = MOMENTS[moment]

    def watch(frame, what, _argument):
        code = frame.f_code
        if what == told and code.co_qualname == name and frame.f_globals.get("__name__") == module:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        client.client_with.cache_clear()  # its connections are the parent's
        sys.setprofile(watch)
        work()
    except BaseException:  # noqa: BLE001  (a child never returns)
        traceback.print_exc()
    finally:
        os._exit(0)  # the function was never reached
