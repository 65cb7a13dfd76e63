"""Values that a step may return before they exist: gearsFuture (PyFuture), and the slot that a coroutine fills."""

import asyncio
import sys

from . import context, host, loop, wording
from .errors import error, printable

STEPS = '_rg.steps'
# The generators in steps.py that need a value at once (protocol 4.4).
WITHOUT_ASYNC = ('extract_key', 'reduce')


class Slot:
    """Holds the place of a record whose value is not known yet. If `failed`, `value` is the error text."""

    __slots__ = ('value', 'done', 'failed', 'execution')

    def __init__(self, value=None, execution=None):
        self.value = value
        self.done = execution is None
        self.failed = False
        self.execution = execution

    def settle(self, value, failed=False):
        if self.done:
            return
        self.value, self.failed, self.done = value, failed, True
        execution, self.execution = self.execution, None
        execution.resume()


class PyFuture:
    """A `gearsFuture()`: a step creates and returns it, and any code may settle it later."""

    __slots__ = ('_slot', '_returned', '_early', '__weakref__')

    def __init__(self, *arguments):
        if arguments:
            raise error('Future gets no arguments')
        execution = context.execution()
        step = _step()
        if execution is None or step is None or context.in_coroutine():
            raise error('Future object can only be created inside certain execution steps')
        if not execution.async_allowed:
            raise error('Creating async record is not allowed')
        if step.f_code.co_name in WITHOUT_ASYNC:
            raise error('Step does not support async')
        here = id(step), step.f_locals.get('record')
        made = execution.future_made
        if made is not None and made[0] == here[0] and made[1] is here[1]:
            raise error('Can not create async record twice on the same step')
        execution.future_made = here
        self._slot = Slot(execution=execution)
        self._returned = False
        # The error text, if continueFailed was called before the callback returned the future.
        self._early = None

    def continueRun(self, *arguments):
        value = self._argument(arguments)
        if not self._returned:
            raise error('Can not handle future untill it returned from the callback')
        self._slot.settle(value)

    def continueFailed(self, *arguments):
        reason = text(self._argument(arguments))
        if self._returned:
            self._slot.settle(reason, True)
        else:
            self._early = reason

    def _argument(self, arguments):
        if len(arguments) != 1:
            raise error('Continue function expect an object')
        if self._slot.done or self._early is not None:
            raise error('Can not continue with the same future twice')
        return arguments[0]

    def taken(self):
        """Called when the callback has returned the future: from now on it may be settled."""
        self._returned = True
        if self._early is not None:
            self._slot.settle(self._early, True)
        return self._slot

    def forget(self):
        self._slot.execution = None
        self._slot.done = True

    def __del__(self):
        slot = getattr(self, '_slot', None)
        if slot is not None and not slot.done and slot.execution is not None:
            slot.settle('Async record did not called continue', True)


def _step():
    """The frame of the running step: the nearest generator of steps.py on the stack."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get('__name__') != STEPS:
        frame = frame.f_back
    return frame


# Its repr shows this name, though RedisGears calls the type PyFuture.
PyFuture.__name__ = PyFuture.__qualname__ = 'Future'
PyFuture.__module__ = 'redisgears'


def text(reason):
    """The error text of a failure: `str` of any object, an exception included."""
    try:
        return printable(wording.message(reason) if isinstance(reason, BaseException) else str(reason))
    except Exception:
        return f'<unprintable {type(reason).__name__} object>'


async def settle_with(slot, coroutine):
    """Runs a step's coroutine and settles the slot with its result. RedisGears keeps only the text of an exception, of whatever type."""
    try:
        value = await coroutine
    except (Exception, asyncio.CancelledError) as exc:
        slot.settle(text(exc), True)
    else:
        slot.settle(value)


def start(slot, coroutine):
    loop.loop.create_task(settle_with(slot, coroutine), context=context.inside_coroutine())
    host.loop_at(0)
