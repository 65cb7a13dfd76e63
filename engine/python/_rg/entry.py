"""The entry points that the shard calls: python/entry.ts says what each does."""

import signal
import sys

from . import api, builder, ends, errors, execution, functions, gone, host, loop, names, patches, plans, profiling, recursion, scripts, session, sites, steps
from .plans import drop_plan, load_plan, registered
from .session import close_session, live_builders, open_session, run_script
from .time_events import drop_time_event, load_time_event, time_event

markers = sites.markers
site_changed = sites.changed

# Ids of executions that were aborted while they were being made.
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
    # Where the modules of requirements look for what scripts are given.
    given = {name: value for name, value in functions.base_globals.items() if not name.startswith('__')}
    sys.modules['__main__'].__dict__.update(given)
    signal.signal(signal.SIGUSR1, _on_signal)
    signal.signal(signal.SIGUSR2, _on_signal)
    # From here on nobody else takes these signals.
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
    Starts an execution and runs it as far as it goes; see `advance`. `part`: where other shards take part, the index of this one, how
    many there are, and the index of the one that started it. `arguments`: what the reader takes.
    """
    current = execution.Execution(execution_id, plans.plans[plan_id], async_allowed, profiled, part)
    execution.executions[execution_id] = current
    # A signal may have been served since the shard called: what came for this execution meanwhile is handed over now.
    if part is not None:
        host.begun(execution_id)
    if execution_id in _aborted_early:
        _aborted_early.remove(execution_id)
        current.aborting = True
        host.signal()
    current.open(reader, arguments)
    return _run(current)


def advance(execution_id):
    """Goes on. The outcome at the end, 0 where it waits for coroutines, 2 where it waits for other shards."""
    return _run(execution.executions[execution_id])


def _run(current):
    if current.advance() == execution.DONE:
        return _close(current)
    return 2 if current.waits_for_shards else 0


def _close(current):
    outcome = current.outcome()
    # Generators that wait end with it, not when the collector finds them.
    current.chain = None
    plans.settle(current.plan.id, current.results, current.errors)
    # The last: whoever aborts it until then finds it.
    del execution.executions[current.id]
    return outcome


def stop(execution_id):
    """Ends it where it waits; the outcome so far, or None where it never began."""
    current = execution.executions.get(execution_id)
    return None if current is None else _close(current)


def deliver(execution_id, step, sender, data):
    current = execution.executions.get(execution_id)
    if current is not None:
        current.deliver(step, sender, data)


def abort(execution_id):
    """Marks a running execution; the exception strikes at its next bytecode."""
    current = execution.executions.get(execution_id)
    if current is not None:
        current.aborting = True
    else:
        _aborted_early.add(execution_id)


def pump():
    loop.loop.pump()


def run_thread(number):
    # A thread of Python's own belongs to no session, until it says to which.
    session.call_outside(None, lambda: patches.run_thread(number))


def profile_stats(session_id):
    """The table, or '-' and the error text."""
    try:
        return profiling.stats(session.sessions[session_id])
    except BaseException as exc:
        return '-' + errors.render(exc)


def profile_reset(session_id):
    profiling.reset(session.sessions[session_id])
