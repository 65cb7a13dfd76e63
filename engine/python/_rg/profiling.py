"""ProfileExecutions: step durations, and cProfile's view of each session."""

import cProfile
import io
import pstats
import time

# Sessions whose profile is on, innermost last: one interpreter has one profiler.
_stack = []


def timed(callback, seconds, index):
    clock = time.perf_counter

    def measured(*args):
        start = clock()
        try:
            return callback(*args)
        finally:
            seconds[index] += clock() - start

    return measured


def start(session):
    if _stack:
        _stack[-1].disable()
    if session.profile is None:
        session.profile = cProfile.Profile()
    profile = session.profile
    _stack.append(profile)
    profile.enable()
    return profile


def stop(_session, profile):
    profile.disable()
    if _stack and _stack[-1] is profile:
        _stack.pop()
    if _stack:
        _stack[-1].enable()


def stats(session):
    """cProfile's table, ordered by tottime, then who called whom, both ways round."""
    stream = io.StringIO()
    # With no profiled run this raises what pstats raises, and the client gets that (protocol 1.6).
    table = pstats.Stats(session.profile or cProfile.Profile(), stream=stream).sort_stats('tottime')
    table.print_stats()
    table.print_callers()
    table.print_callees()
    return stream.getvalue()


def reset(session):
    if session.profile is not None and session.profile not in _stack:
        session.profile = None
