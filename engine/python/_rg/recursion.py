"""
How deep scripts may call: the frames of the runtime below theirs do not count, for the original has none there.

A script may ask for any depth, and gets at most MOST: each frame takes memory, and what the original does beyond its stack is to die.
"""

import sys

MOST = 20_000
_original = sys.setrecursionlimit
_limit = sys.getrecursionlimit()
_below = 0


def frames_below(count):
    """So many frames of the runtime stand below what a script calls next."""
    global _below
    if count != _below:
        _below = count
        _original(min(_limit, MOST) + count)


def depth():
    """The frames below the caller, and its own."""
    frame, count = sys._getframe(1), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count


def _set(limit, /):
    global _limit
    if not isinstance(limit, int) or limit < 1:
        # It says itself what is wrong.
        return _original(limit)
    _original(min(limit, MOST) + _below)
    _limit = limit


def install():
    sys.getrecursionlimit = lambda: _limit
    sys.setrecursionlimit = _set
