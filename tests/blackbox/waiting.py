"""Bounded waiting: the one place of these tests that sleeps."""

import time

POLL_SECONDS = 0.01


class Timeout(AssertionError):
    """What was waited for did not come in time."""


def wait_until(condition, seconds, what):
    """Polls `condition` until it is true and returns its value; raises Timeout naming `what`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise Timeout(f"waited {seconds} s in vain for {what}")
        time.sleep(POLL_SECONDS)


def let_pass(seconds):
    """Lets time itself pass, for a measurement or to a random moment: never to wait for a thing."""
    time.sleep(seconds)
