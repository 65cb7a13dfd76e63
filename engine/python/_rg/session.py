"""Sessions and their plans on this shard, and the entry points that the shard calls."""

import asyncio
import builtins
import copy
import cProfile
import io
import pstats
import signal
import sys
import threading
import types
import weakref

from . import api, context, errors, execution, functions, host, loop, patches, profiling, readers, sites, wording
from .builder import GB, GearsBuilder, shardReaderCallback
from .plan import Plan, gearsCtx

# id → Session, id → Plan: for as long as the shard refers to them.
sessions = {}
plans = {}
_time_events = {}
_futures = {}


def _redisgears():
    module = types.ModuleType('redisgears')
    module.executeCommand = api.execute
    module.GearsFlatError = errors.GearsFlatError
    module.flatError = errors.flat_error
    module.error = errors.error
    module.getMyHashTag = api.hashtag
    module.registerTimeEvent = api.registerTE
    module.log = api.log
    module.config_get = api.configGet
    module.gearsCtx = gearsCtx
    module.atomicCtx = api.atomicCtx
    if host.version == '1.0':
        return module
    # By its presence libraries tell 1.2 from 1.0.
    module.gearsFutureCtx = api.GearsFuture
    module.isAsyncAllow = api.isAsyncAllow
    module.isInAtomicBlock = api.isInAtomicBlock
    module.getGearsSession = api.getGearsSession
    module.setGearsSession = api.setGearsSession
    module.registerGearsThread = api.registerGearsThread
    module.callNext = api.call_next
    module.getCommand = api.get_command
    module.overrideReply = api.override_reply
    return module


def _base_globals():
    redisgears = _redisgears()
    sys.modules['redisgears'] = redisgears
    redis_ai = types.ModuleType('redisAI')
    sys.modules['redisAI'] = redis_ai
    names = ['execute', 'atomic', 'hashtag', 'registerTE', 'log', 'configGet', 'gearsConfigGet']
    if host.version != '1.0':
        names += [
            'call_next',
            'get_command',
            'override_reply',
            'isAsyncAllow',
            'isInAtomicBlock',
            'gearsFuture',
            'getGearsSession',
            'setGearsSession',
            'GearsSession',
            'registerGearsThread',
            'createFuture',
            'setFutureResults',
            'setFutureException',
            'runCoroutine',
        ]
    base = {name: getattr(api, name) for name in names}
    base.update(
        Log=api.log,
        ConfigGet=api.configGet,
        GearsConfigGet=api.gearsConfigGet,
        GearsBuilder=GearsBuilder,
        GB=GB,
        gearsCtx=gearsCtx,
        shardReaderCallback=shardReaderCallback,
        redisgears=redisgears,
        rg=redisgears,
        redisAI=redis_ai,
        asyncio=asyncio,
        copy=copy,
        io=io,
        cProfile=cProfile,
        pstats=pstats,
        sys=sys,
        Thread=threading.Thread,
        __name__='not_main',
        __builtins__=builtins,
    )
    if host.version != '1.0':
        base.update(flat_error=errors.flat_error, GearsFuture=api.GearsFuture)
    return base


base_globals = {}


class Session:
    """One PYEXECUTE: its globals are shared by all its callbacks."""

    def __init__(self, id, folders):
        self.id = id
        self.site = sites.site(folders)
        self.globals = dict(base_globals)
        self.profile = None
        self.builders = weakref.WeakSet()


# -- entry points: called by the shard with scalars only ----------------------------------------------------------------------


def attach(js, settings):
    host.attach(js, settings)
    loop.install()
    patches.install()
    base_globals.update(_base_globals())
    # Where the modules of requirements look for what scripts are given.
    sys.modules['__main__'].__dict__.update((name, value) for name, value in base_globals.items() if not name.startswith('__'))
    signal.signal(signal.SIGUSR1, _on_signal)
    signal.signal(signal.SIGUSR2, _on_signal)


def markers():
    return host.encode(sites.markers())


add_folder = sites.add_folder
remove_folder = sites.remove_folder


def _on_signal(_number, frame):
    host.changes[0] += 1
    host.serve()
    execution.abort_running(frame)


def open_session(id, folders):
    """`folders`: JSON, those of its requirements."""
    sessions[id] = Session(id, host.decode_options(folders))


def close_session(id):
    # Threads and coroutines of the script may still use its globals; the collector takes them when they are through.
    sessions.pop(id, None)


def live_builders(id):
    """Builders that the script still holds keep its session alive."""
    session = sessions.get(id)
    return len(session.builders) if session is not None else 0


def run_script(id, source, binary):
    """Runs a script in its session; the error text, or ''."""
    session = sessions[id]
    session_token = context.set_session(session)
    # A script may come while an execution runs below on the stack: it is no part of it.
    execution_token = context.set_execution(None)
    below, execution.running = execution.running, None
    try:
        try:
            code = _compile(source, binary)
        except SyntaxError as exc:
            return errors.printable(f"Error type: <class '{type(exc).__name__}'>, Value: {wording.syntax(exc, source)}")
        except Exception as exc:
            return errors.render(exc.with_traceback(None))
        exec(code, session.globals)
    except BaseException as exc:
        return errors.render(exc) or ' '
    finally:
        sys.settrace(None)
        execution.running = below
        context.reset_execution(execution_token)
        context.reset_session(session_token)
    return ''


def _compile(source, binary):
    if binary:
        data = source.encode('latin-1')
        try:
            source = data.decode('utf-8')
        except UnicodeDecodeError as exc:
            quote = max(data.rfind(b"'", 0, exc.start), data.rfind(b'"', 0, exc.start))
            bad = SyntaxError(
                f"(unicode error) 'utf-8' codec can't decode byte 0x{data[exc.start]:02x} in position {exc.start - quote - 1}: {exc.reason}"
            )
            bad.filename, bad.lineno = '<string>', data.count(b'\n', 0, exc.start) + 1
            raise bad from None
    return compile(source, '<string>', 'exec', dont_inherit=True)


def pickled(plan):
    """The plan as bytes for other shards and for what outlives a crash."""
    for step in plan.steps:
        if callable(step.callback):
            functions.dump_callback(step.callback, base_globals)
    if plan.on_registered is not None:
        functions.dump_callback(plan.on_registered, base_globals)
    if plan.function is not None:
        functions.dump_callback(plan.function, base_globals)
    value = (
        plan.reader,
        [(step.type, step.name, step.arg, step.callback) for step in plan.steps],
        plan.function,
        plan.on_registered,
    )
    return _to_js(functions.dumps(value, base_globals))


def _to_js(data):
    from pyodide.ffi import to_js

    return to_js(data)


def load_plan(session_id, data):
    """A plan that another shard, or the life before a crash, pickled; returns its id here."""
    from .steps import Step

    session = sessions[session_id]
    token = context.set_session(session)
    try:
        reader, triples, function, on_registered = functions.loads(data.to_bytes(), session.globals)
    finally:
        context.reset_session(token)
    steps = []
    for type, name, arg, callback in triples:
        step = Step(type, name, callback)
        step.arg = arg
        steps.append(step)
    plan = Plan(reader, steps, session, function, on_registered)
    plans[plan.id] = plan
    return plan.id


def plan_steps(plan_id):
    return host.encode(plans[plan_id].triples())


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
    session_token = context.set_session(session)
    execution_token = context.set_execution(None)
    below, execution.running = execution.running, None
    try:
        function()
    except BaseException as exc:
        return errors.render(exc)
    finally:
        execution.running = below
        context.reset_execution(execution_token)
        context.reset_session(session_token)
    return None


def begin(execution_id, plan_id, reader, spec, options):
    """Starts an execution and runs it as far as it goes; see `advance`."""
    plan = plans[plan_id]
    read = readers.make(reader, plan, host.decode_options(spec))
    current = execution.Execution(execution_id, plan, read, host.decode_options(options))
    execution.executions[execution_id] = current
    # A signal may have been served since the shard called: what came for this execution meanwhile is handed over now.
    if host.begun(execution_id):
        current.aborting = True
    return _run(current)


def advance(execution_id):
    """Goes on. The outcome (JSON) at the end, 0 where it waits for coroutines, 2 where it waits for other shards."""
    return _run(execution.executions[execution_id])


def _run(current):
    if current.advance() == execution.DONE:
        return _close(current)
    return 2 if current.waits_for_shards else 0


def _close(current):
    del execution.executions[current.id]
    text = current.outcome()
    current.close()
    future = _futures.pop(current.plan.id, None)
    if future is not None and not future.done():
        future.set_result([list(current.results), list(current.errors)])
    return text


def stop(execution_id):
    """Ends it where it waits; the outcome (JSON) so far, or None where it never began."""
    current = execution.executions.get(execution_id)
    return None if current is None else _close(current)


def deliver(execution_id, step, sender, data):
    current = execution.executions.get(execution_id)
    if current is not None:
        current.deliver(step, sender, None if data is None else data.to_bytes())


def abort(execution_id):
    """Marks a running execution; the exception strikes at its next bytecode."""
    current = execution.executions.get(execution_id)
    if current is not None:
        current.aborting = True


def future_of(plan):
    future = _futures[plan.id] = loop.loop.create_future()
    return future


def register_time_event(seconds, callback, key):
    session = context.session()
    data = None
    if key is not None:
        data = _to_js(functions.dump_callback(callback, base_globals))
    number = _add_time_event(session, callback)
    if not host.register_time_event(session.id if session is not None else '', number, seconds, key, data):
        del _time_events[number]
        return False
    return True


def load_time_event(session_id, data):
    session = sessions[session_id]
    token = context.set_session(session)
    try:
        return _add_time_event(session, functions.loads(data.to_bytes(), session.globals))
    finally:
        context.reset_session(token)


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
    _outside(patches.session_of(number), lambda: patches.run_thread(number))


def profile_stats(session_id):
    """The table, or '-' and the error text."""
    try:
        return profiling.stats(sessions[session_id])
    except BaseException as exc:
        return '-' + errors.render(exc)


def profile_reset(session_id):
    profiling.reset(sessions[session_id])


def configure(settings):
    host.configure(settings)
