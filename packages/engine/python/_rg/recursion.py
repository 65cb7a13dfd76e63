"""
The recursion limit of scripts. Frames of the runtime do not count, because RedisGears has none.

A script may set any limit but gets at most MOST frames: each takes memory, and RedisGears crashes when its stack overflows.
"""

import sys

MOST = 20_000
_original = sys.setrecursionlimit
_limit = sys.getrecursionlimit()
_below = 0


def frames_below(count):
    """Reports how many frames of the runtime are below the script code that runs next."""
    global _below
    if count != _below:
        _below = count
        _original(min(_limit, MOST) + count)


def depth():
    """The number of frames on the stack, including the caller's."""
    frame, count = sys._getframe(1), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count


def _set(limit, /):
    global _limit
    if not isinstance(limit, int) or limit < 1:
        # The original function raises the right error.
        return _original(limit)
    _original(min(limit, MOST) + _below)
    _limit = limit


def install():
    sys.getrecursionlimit = lambda: _limit
    sys.setrecursionlimit = _set
