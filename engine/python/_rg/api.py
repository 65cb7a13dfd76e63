"""What scripts may call (protocol 4.3)."""

import asyncio

from . import context, host, loop
from .errors import error
from .futures import GearsFuture

LEVELS = ('debug', 'verbose', 'notice', 'warning')


def execute(*arguments):
    if not arguments:
        return []
    if type(arguments[0]) is not str:
        raise error('the given command must be a string')
    host.changes[0] += 1
    for argument in arguments:
        if type(argument) is not str:
            reply = _call_any(arguments)
            break
    else:
        reply = host.call(*arguments)
    if reply is True:
        return host.decode(host.take())
    if reply is False:
        raise error(host.take())
    return reply


def _call_any(arguments):
    if any(isinstance(argument, (bytes, bytearray)) for argument in arguments):
        # One argument that is bytes sends all of them as bytes: one text stands for one byte each.
        return host.call_raw(
            *(
                bytes(argument).decode('latin-1')
                if isinstance(argument, (bytes, bytearray))
                else str(argument).encode('utf-8').decode('latin-1')
                for argument in arguments
            )
        )
    return host.call(*map(str, arguments))


class atomicCtx:
    """`with atomic():` holds the server lock."""

    depth = 0

    def __enter__(self):
        if atomicCtx.depth:
            raise error('Already inside an atomic block')
        atomicCtx.depth += 1
        host.lock()
        return self

    def __exit__(self, *_exc):
        atomicCtx.depth -= 1
        host.unlock()


def atomic():
    return atomicCtx()


def isInAtomicBlock():
    return atomicCtx.depth > 0


def log(msg, level='notice'):
    if type(msg) is not str:
        raise error('Log message must be a string')
    if type(level) is not str:
        raise error('Log level must be a string')
    if level not in LEVELS:
        raise error('Log level should be one of the following : ' + ','.join(LEVELS))
    host.log(level, msg)


def configGet(key):
    if type(key) is not str:
        raise error('Configuration key must be a string')
    return host.config_get(key)


def gearsConfigGet(key, default=None):
    value = configGet(key)
    return default if value is None else value


def hashtag():
    return host.hashtag()


def registerTE(seconds, callback, key=None):
    """Calls `callback` every `seconds`; with `key`, until that key is deleted. False if the key exists."""
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise error('time argument must be a long')
    if not callable(callback):
        raise error('callback must be a function')
    if key is not None and type(key) is not str:
        raise error('key argument must be a string')
    from . import session

    return session.register_time_event(seconds, callback, key)


def _hook_answer(reply):
    if reply is True:
        return host.decode(host.take())
    if reply is False:
        raise error(host.take())
    return reply


def call_next(*arguments):
    execution = context.execution()
    return _hook_answer(
        host.call_next(
            execution.id if execution is not None else -1,
            *(
                bytes(argument).decode('latin-1')
                if isinstance(argument, (bytes, bytearray))
                else str(argument).encode('utf-8').decode('latin-1')
                for argument in arguments
            ),
        )
    )


def get_command():
    execution = context.execution()
    return _hook_answer(host.get_command(execution.id if execution is not None else -1))


def override_reply(reply):
    from . import output

    execution = context.execution()
    try:
        value = output.value(reply)
    except output.Unsendable as exc:
        raise error(str(exc)) from None
    _hook_answer(host.override_reply(execution.id if execution is not None else -1, host.encode(value)))


def isAsyncAllow():
    return context.async_allowed()


def gearsFuture():
    return GearsFuture()


def getGearsSession():
    return context.execution()


def setGearsSession(session):
    context.set_execution(session)


class GearsSession:
    """`with GearsSession(s):` runs its block as part of what `getGearsSession` returned."""

    def __init__(self, session):
        self._session = session

    def __enter__(self):
        self._token = context.set_execution(self._session)
        return self

    def __exit__(self, *_exc):
        context.reset_execution(self._token)


def registerGearsThread():
    """Nothing to do: threads are tasks of the one thread."""


def createFuture():
    return loop.loop.create_future()


def setFutureResults(future, value):
    if not future.done():
        future.set_result(value)


def setFutureException(future, exc):
    if not future.done():
        future.set_exception(exc if isinstance(exc, BaseException) else Exception(exc))


async def _deliver(coroutine, future, delay):
    if delay:
        await asyncio.sleep(delay)
    try:
        value = await coroutine
    except Exception as exc:
        if future is None:
            raise
        if isinstance(future, GearsFuture):
            future.continueFailed(exc)
        else:
            setFutureException(future, exc)
    else:
        if isinstance(future, GearsFuture):
            future.continueRun(value)
        elif future is not None:
            setFutureResults(future, value)


def runCoroutine(cr, f=None, delay=0, s=None):
    token = context.set_execution(s) if s is not None else None
    try:
        loop.loop.create_task(_deliver(cr, f, delay), context=context.inside_coroutine())
    finally:
        if token is not None:
            context.reset_execution(token)
