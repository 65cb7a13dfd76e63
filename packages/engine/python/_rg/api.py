"""
The members of the module `redisgears` (protocol 4.3). They accept any arguments and report wrong ones themselves, as RedisGears does.
Their `__module__` is `redisgears`, whatever name scripts import them under, because pickles and type checks depend on it.
"""

import types

from . import context, host, loop, output, time_events
from .atomic import PyAtomic
from .errors import GearsFlatError, error
from .futures import PyFuture

LEVELS = ('debug', 'verbose', 'notice', 'warning')


def executeCommand(*arguments):
    if not arguments:
        return []
    if type(arguments[0]) is not str:
        raise error('the given command must be a string')
    host.changes[0] += 1
    return host.call(*arguments)


def atomicCtx(*_arguments):
    return PyAtomic()


def isInAtomicBlock(*_arguments):
    return PyAtomic.depth > 0


def log(*arguments, **options):
    if len(arguments) not in (1, 2):
        raise error('log function must get a log message as input')
    # RedisGears still accepts its deprecated form, log(level, message).
    level = arguments[0] if len(arguments) == 2 else options.get('level', 'notice')
    message = arguments[-1]
    if not isinstance(message, str):
        raise error('Log message must be a string')
    if not isinstance(level, str):
        raise error('Log level must be a sting (debug/verbose/notice/warning)')
    if level not in LEVELS:
        raise error('Log level should be one of the following : ' + ','.join(LEVELS))
    host.log(level, message)


def log_deprecated_regex():
    spelling = 'depricated' if host.version == '1.0' else 'deprecated'
    log(f'Using regex argument with register is {spelling} and missleading, use prefix instead.', level='warning')


def config_get(*arguments):
    if len(arguments) != 1:
        raise error('get_config function must get a single key input')
    if not isinstance(arguments[0], str):
        raise error('get_config key must be a string')
    return host.config_get(arguments[0])


def getMyHashTag(*_arguments):
    return host.hashtag()


def shard_id():
    return host.shard_id()


def registerTimeEvent(*arguments):
    """Calls `callback` every `seconds`; with a key, until that key is deleted. Returns False if the key exists already."""
    if len(arguments) not in (2, 3):
        raise error('not enough arguments for time event')
    seconds, callback = arguments[:2]
    if type(callback) is not types.FunctionType or callback.__module__ == 'redisgears':
        raise error('callback must be a function')
    if not isinstance(seconds, int):
        raise error('time argument must be a long')
    if context.session() is None:
        raise error('can not create time event on a python created thread')
    # RedisGears ignores a key that is not a string.
    key = arguments[2] if len(arguments) == 3 and isinstance(arguments[2], str) else None
    return time_events.register_time_event(seconds, callback, key)


def flatError(*arguments):
    if len(arguments) != 1:
        raise error('not enough arguments for time flat error')
    message = arguments[0]
    raise GearsFlatError(*(() if message is None else message if type(message) is tuple else arguments))


def callNext(*arguments):
    words = [bytes(argument) if isinstance(argument, (bytes, bytearray)) else str(argument) for argument in arguments]
    return host.call_next(_handle(), words)


def getCommand(*_arguments):
    return host.get_command(_handle())


def _handle():
    execution = context.execution()
    return -1 if execution is None else execution.id


def overrideReply(*arguments):
    # RedisGears checks first that a command is running.
    getCommand()
    if len(arguments) != 1:
        raise error('Override reply must get a single argument')
    try:
        value = output.value(arguments[0])
    except output.Unsendable as exc:
        raise error(str(exc)) from None
    host.override_reply(_handle(), value)


def isAsyncAllow(*_arguments):
    return context.async_allowed()


def gearsFutureCtx(*arguments):
    return PyFuture(*arguments)


class PyExecutionSession:
    """The session and the execution that code belongs to."""

    __module__ = 'redisgears'
    __slots__ = ('_owners',)


def getGearsSession(*_arguments):
    owners = context.owners()
    if owners[0] is None:
        return None
    given = PyExecutionSession()
    given._owners = owners
    return given


def setGearsSession(*arguments):
    if len(arguments) != 1:
        raise error('Wrong number of args given to setGearsSession')
    given = arguments[0]
    if given is not None and not isinstance(given, PyExecutionSession):
        raise error('Given object is not of type GearsSession')
    context.enter(*((None, None) if given is None else given._owners))


def registerGearsThread(*_arguments):
    """Does nothing: threads are tasks of the shard's only thread."""


def event_loop():
    return loop.loop


def start_coroutine(coroutine, given):
    """Runs the coroutine on the event loop, for the owner of `given` (a result of `getGearsSession`) or for the running code."""
    if given is not None and not isinstance(given, PyExecutionSession):
        raise error('Given object is not of type GearsSession')
    copied = context.inside_coroutine()
    if given is not None:
        copied.run(context.enter, *given._owners)
    loop.loop.create_task(coroutine, context=copied)


# RedisGears exports these under the same names.
MEMBERS = (
    executeCommand,
    PyAtomic,
    atomicCtx,
    isInAtomicBlock,
    log,
    config_get,
    getMyHashTag,
    registerTimeEvent,
    flatError,
    callNext,
    getCommand,
    overrideReply,
    isAsyncAllow,
    gearsFutureCtx,
    PyExecutionSession,
    getGearsSession,
    setGearsSession,
    registerGearsThread,
)
for _member in MEMBERS:
    _member.__module__ = 'redisgears'
configGet = config_get
execute = executeCommand
