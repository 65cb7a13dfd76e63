"""ProfileExecutions: step durations, and cProfile's view of each session."""

import cProfile
import io
import pstats
import time

from .errors import BUILDER, RUNTIME, builder_line

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
    """Another execution may be served between any two bytecodes; when it ends it switches back, to the innermost."""
    for profile in _stack:
        profile.disable()
    try:
        innermost.enable()
    except ValueError:
        # "Another profiling tool is already active": the one that was served meanwhile has switched it on.
        pass


def stats(session):
    """cProfile's table, ordered by tottime, then who called whom, both ways round: of what users wrote and called."""
    stream = io.StringIO()
    # With no profiled run this raises what pstats raises, and the client gets that (protocol 1.6).
    table = pstats.Stats(session.profile or cProfile.Profile(), stream=stream)
    _leave_out_runtime(table)
    table.sort_stats('tottime')
    table.print_stats()
    table.print_callers()
    table.print_callees()
    return stream.getvalue()


def _leave_out_runtime(table):
    """Drops the runtime's frames, and builtins that only it called; the builder shows as `<string>`, as it does in tracebacks."""
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
