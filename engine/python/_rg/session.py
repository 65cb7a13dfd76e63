"""Sessions and their plans on this shard, and the entry points that the shard calls: python/entry.ts says what each does."""

import signal
import sys
import weakref

from . import context, ends, errors, execution, functions, gone, host, loop, names, patches, profiling, recursion, scripts, sites, steps
from .functions import base_globals
from .plan import Plan

# id → Session, id → Plan: for as long as the shard refers to them.
sessions = {}
plans = {}
_time_events = {}
_futures = {}
# Ids of executions that were aborted while they were being made.
_aborted_early = set()


class Session:
    """One PYEXECUTE: its globals are shared by all its callbacks."""

    def __init__(self, id):
        self.id = id
        self.globals = dict(base_globals)
        self.profile = None
        self.builders = weakref.WeakSet()


# -- entry points ----------------------------------------------------------------------


def attach(version, attempt_traceback):
    host.version = version
    configure(attempt_traceback)
    loop.install()
    patches.install()
    recursion.install()
    scripts.install()
    gone.install()
    if host.version == '1.0':
        errors.error.__module__ = 'spam'
        steps.ASYNC = frozenset()
    sys.modules['redisAI'] = names.redisAI()
    module = sys.modules['redisgears'] = names.redisgears()
    functions.know(names.base(module))
    sys.argv = ['Embeded']
    # Where the modules of requirements look for what scripts are given.
    sys.modules['__main__'].__dict__.update((name, value) for name, value in base_globals.items() if not name.startswith('__'))
    signal.signal(signal.SIGUSR1, _on_signal)
    signal.signal(signal.SIGUSR2, _on_signal)
    # From here on nobody else takes these signals.
    ends.install()


markers = sites.markers
site_changed = sites.changed


def _on_signal(_number, frame):
    host.changes[0] += 1
    host.serve()
    execution.abort_running(frame)


def open_session(id):
    sessions[id] = Session(id)


def close_session(id):
    # Threads and coroutines of the script may still use its globals; the collector takes them when they are through.
    sessions.pop(id, None)


def live_builders(id):
    """Builders that the script still holds keep its session alive."""
    session = sessions.get(id)
    return len(session.builders) if session is not None else 0


def run_script(id, source):
    """Runs a script (bytes) in its session; the error text, or ''."""
    session = sessions[id]
    # A script may come while an execution runs below on the stack: it is no part of it.
    token = context.enter(session, None)
    below, execution.running = execution.running, None
    try:
        try:
            code = scripts.compiled(source)
        except SyntaxError as exc:
            return errors.printable(f"Error type: <class '{type(exc).__name__}'>, Value: {exc}")
        except Exception as exc:
            return errors.render(exc.with_traceback(None))
        recursion.frames_below(recursion.depth())
        exec(code, session.globals)
    except BaseException as exc:
        return errors.render(exc) or ' '
    finally:
        sys.settrace(None)
        execution.running = below
        context.leave(token)
    return ''


def pickled(plan):
    """The plan as bytes for other shards and for what outlives a crash."""
    for step in plan.steps:
        if callable(step.callback):
            functions.dump_callback(step.callback)
    if plan.on_registered is not None:
        functions.dump_callback(plan.on_registered)
    if plan.function is not None:
        functions.dump_callback(plan.function)
    value = (
        plan.reader,
        [(step.type, step.name, step.arg, step.callback) for step in plan.steps],
        plan.function,
        plan.on_registered,
    )
    return functions.dumps(value)


def load_plan(session_id, data):
    """A plan that another shard, or the life before a crash, pickled: its id here, or why it can not be had."""
    session = sessions[session_id]
    token = context.enter(session, None)
    try:
        reader, triples, function, on_registered = functions.loads(data, session.globals)
    except BaseException as exc:
        return f'Failed deserializing flat execution, {_not_loaded(exc)}'
    finally:
        context.leave(token)
    loaded = []
    for type, name, arg, callback in triples:
        step = steps.Step(type, name, callback)
        step.arg = arg
        loaded.append(step)
    plan = Plan(reader, loaded, session, function, on_registered)
    plans[plan.id] = plan
    return plan.id


def _not_loaded(exc):
    if isinstance(exc, errors.error):
        return str(exc)
    return f'Error occured when deserialized a python callback, error={errors.render(exc.with_traceback(None))}'


def drop_plan(plan_id):
    plans.pop(plan_id, None)
    # Aborted before it began.
    future = _futures.pop(plan_id, None)
    if future is not None and not future.done():
        future.set_result([[], []])


def registered(plan_id):
    """Calls the plan's onRegistered; the error text, or ''."""
    plan = plans[plan_id]
    if plan.on_registered is None:
        return ''
    return _outside(plan.session, plan.on_registered) or ''


def _outside(session, function):
    """Calls `function` for `session` as part of no execution; the error text, or None."""
    token = context.enter(session, None)
    below, execution.running = execution.running, None
    try:
        function()
    except BaseException as exc:
        return errors.render(exc)
    finally:
        execution.running = below
        context.leave(token)
    return None


def begin(execution_id, plan_id, async_allowed, profiled, part, reader, *arguments):
    """
    Starts an execution and runs it as far as it goes; see `advance`. `part`: where other shards take part, the index of this one, how
    many there are, and the index of the one that started it. `arguments`: what the reader takes.
    """
    current = execution.Execution(execution_id, plans[plan_id], async_allowed, profiled, part)
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
    future = _futures.pop(current.plan.id, None)
    if future is not None and not future.done():
        future.set_result([list(current.results), list(current.errors)])
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


def future_of(plan):
    future = _futures[plan.id] = loop.loop.create_future()
    return future


def register_time_event(seconds, callback, key):
    session = context.session()
    data = None
    if key is not None:
        data = functions.dump_callback(callback)
    number = _add_time_event(session, callback)
    if not host.register_time_event(session.id if session is not None else '', number, seconds, key, data):
        del _time_events[number]
        return False
    return True


def load_time_event(session_id, data):
    session = sessions[session_id]
    token = context.enter(session, None)
    try:
        return _add_time_event(session, functions.loads(data, session.globals))
    finally:
        context.leave(token)


def _add_time_event(session, callback):
    number = len(_time_events) + 1
    while number in _time_events:
        number += 1
    _time_events[number] = (session, callback)
    return number


def time_event(number):
    """Runs a timer's callback; False stops it."""
    session, callback = _time_events[number]
    error = _outside(session, callback)
    if error is None:
        return True
    host.log('warning', f'time event failed: {error}')
    _time_events.pop(number, None)
    return False


def drop_time_event(number):
    _time_events.pop(number, None)


def pump():
    loop.loop.pump()


def run_thread(number):
    # A thread of Python's own belongs to no session, until it says to which.
    _outside(None, lambda: patches.run_thread(number))


def profile_stats(session_id):
    """The table, or '-' and the error text."""
    try:
        return profiling.stats(sessions[session_id])
    except BaseException as exc:
        return '-' + errors.render(exc)


def profile_reset(session_id):
    profiling.reset(sessions[session_id])


def configure(attempt_traceback):
    host.attempt_traceback = attempt_traceback
