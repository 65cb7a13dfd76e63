"""The entry points that the shard calls. python/entry.ts documents them."""

import signal
import sys
from types import FunctionType, TracebackType

from . import api, builder, ends, errors, execution, functions, gone, host, loop, names, patches, plans, profiling, recursion, scripts, session, sites, steps
from .plans import drop_plan, load_plan, registered
from .session import close_session, live_builders, open_session, run_script
from .time_events import drop_time_event, load_time_event, time_event

markers = sites.markers
site_changed = sites.changed

# Ids of executions that were aborted before `begin` had stored them.
_aborted_early = set()


def attach(version, attempt_traceback):
    host.version = version
    configure(attempt_traceback)
    loop.install(_new_future)
    patches.install()
    recursion.install()
    scripts.install()
    gone.install()
    if host.version == '1.0':
        errors.error.__module__ = 'spam'
        steps.ASYNC = frozenset()
    sys.modules['redisAI'] = names.redisAI()
    module = sys.modules['redisgears'] = names.redisgears()
    functions.know(names.base(module), vars(builder))
    sys.argv = ['Embeded']
    # Modules of requirements read these names from `__main__`.
    given = {name: value for name, value in functions.base_globals.items() if not name.startswith('__')}
    sys.modules['__main__'].__dict__.update(given)
    signal.signal(signal.SIGUSR1, _on_signal)
    signal.signal(signal.SIGUSR2, _on_signal)
    # From here on scripts cannot replace these handlers.
    ends.install()


def _new_future():
    return builder.GearsFuture(loop=loop.loop, gearsSession=api.getGearsSession())


def _on_signal(_number, frame):
    host.changes[0] += 1
    host.serve()
    execution.abort_running(frame)


def configure(attempt_traceback):
    host.attempt_traceback = attempt_traceback


def begin(execution_id, plan_id, async_allowed, profiled, part, reader, *arguments):
    """
    Starts an execution and runs it until it ends or waits; returns what `advance` returns.
    `part`, if other shards take part: this shard's index, the number of shards, and the index of the shard that started it.
    `arguments` go to the reader.
    """
    current = execution.Execution(execution_id, plans.plans[plan_id], async_allowed, profiled, part)
    execution.executions[execution_id] = current
    # A signal may have been served since the shard made this call; deliver what arrived for the execution in the meantime.
    if part is not None:
        host.begun(execution_id)
    if execution_id in _aborted_early:
        _aborted_early.remove(execution_id)
        current.aborting = True
        host.signal()
    current.open(reader, arguments)
    return _run(current)


def advance(execution_id):
    """Resumes an execution. Returns its outcome at the end, 0 if it waits for coroutines, 2 if it waits for other shards."""
    return _run(execution.executions[execution_id])


def _run(current):
    if not current.over and current.advance() == execution.DONE:
        return _close(current)
    return 2 if current.waits_for_shards else 0


def _close(current):
    # An abort may have ended it while it was below others on the stack; the shard has its outcome.
    if current.over:
        return 0
    current.over = True
    outcome = current.outcome()
    # Close waiting generators now rather than when the garbage collector finds them.
    current.chain = None
    plans.settle(current.plan.id, current.results, current.errors)
    # Until here, an abort must still find the execution.
    del execution.executions[current.id]
    return outcome


def stop(execution_id):
    """Ends a waiting execution. Returns its outcome so far, or None if it never began."""
    current = execution.executions.get(execution_id)
    return None if current is None or current.over else _close(current)


def deliver(execution_id, step, sender, data):
    current = execution.executions.get(execution_id)
    if current is not None:
        current.deliver(step, sender, data)


def abort(execution_id):
    """
    Marks an execution as aborted. A running one raises at its next bytecode; returns None. One that is below others on the stack would
    reach it only after they have left, so it ends here, with the error that it would raise; returns its outcome.
    """
    current = execution.executions.get(execution_id)
    if current is None:
        _aborted_early.add(execution_id)
        return None
    current.aborting = True
    if current is execution.running or current.over:
        return None
    current.fail(errors.forcestopped().with_traceback(_suspended_at(execution_id)))
    return _close(current)


def _suspended_at(execution_id):
    """The frames of an execution that is below others on the stack, as the traceback of an exception that is raised there."""
    frame, traceback = sys._getframe(), None
    while frame is not None:
        if frame.f_code in _STARTS and frame.f_locals['execution_id'] == execution_id:
            return traceback
        # What an entry point called belongs to the code above; what called it may be of this execution.
        traceback = None if frame.f_code in _ENTRIES else TracebackType(traceback, frame, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    return None


def pump():
    loop.loop.pump()


def run_thread(number):
    # A Python thread has no session until it calls `setGearsSession`.
    session.call_outside(None, lambda: patches.run_thread(number))


def profile_stats(session_id):
    """Returns the table, or '-' and an error text."""
    try:
        return profiling.stats(session.sessions[session_id])
    except BaseException as exc:
        return '-' + errors.render(exc)


def profile_reset(session_id):
    profiling.reset(session.sessions[session_id])


_STARTS = begin.__code__, advance.__code__
_ENTRIES = frozenset(
    value.__code__ for name, value in globals().items() if isinstance(value, FunctionType) and not name.startswith('_')
)
