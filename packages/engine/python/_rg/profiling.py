"""Implements ProfileExecutions: durations of steps, and a cProfile profile per session."""

import cProfile
import io
import pstats
import time

from .errors import BUILDER, RUNTIME, builder_line

# Active profiles, innermost last: an interpreter has only one profiler.
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
    if session.profile is None:
        session.profile = cProfile.Profile()
    _stack.append(session.profile)
    _switch_to(session.profile)
    return session.profile


def stop(_session, profile):
    if _stack and _stack[-1] is profile:
        _stack.pop()
    profile.disable()
    if _stack:
        _switch_to(_stack[-1])


def _switch_to(innermost):
    """Makes `innermost` the active profile. An execution that was served between two bytecodes calls this again when it ends."""
    for profile in _stack:
        profile.disable()
    try:
        innermost.enable()
    except ValueError:
        # "Another profiling tool is already active": an execution that was served meanwhile enabled it.
        pass


def stats(session):
    """The table of cProfile, ordered by tottime, with callers and callees, reduced to user code and what it calls."""
    stream = io.StringIO()
    # Without a profiled run, pstats raises, and the client gets that error (protocol 1.6).
    table = pstats.Stats(session.profile or cProfile.Profile(), stream=stream)
    _leave_out_runtime(table)
    table.sort_stats('tottime')
    table.print_stats()
    table.print_callers()
    table.print_callees()
    return stream.getvalue()


def _leave_out_runtime(table):
    """Drops frames of the runtime, and builtins that only the runtime called. Names the builder's file `<string>`, as tracebacks do."""
    kept = {}
    for place, (primitive, calls, own, total, callers) in table.stats.items():
        users = {_shown(caller): numbers for caller, numbers in callers.items() if not _of_runtime(caller)}
        if _of_runtime(place) or (place[0] == '~' and not users):
            continue
        kept[_shown(place)] = (primitive, calls, own, total, users)
    table.stats = kept
    table.total_calls = sum(calls for _, calls, _, _, _ in kept.values())
    table.prim_calls = sum(primitive for primitive, _, _, _, _ in kept.values())
    table.total_tt = sum(own for _, _, own, _, _ in kept.values())


def _of_runtime(place):
    return place[0].startswith(RUNTIME) and place[0] != BUILDER


def _shown(place):
    file, line, name = place
    return ('<string>', builder_line(line) or line, name) if file == BUILDER else place


def reset(session):
    if session.profile is not None and session.profile not in _stack:
        session.profile = None
