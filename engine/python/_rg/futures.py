"""What a step may return instead of a value: a gearsFuture. A coroutine is given one by the step."""

from . import context, host
from .errors import GearsFlatError, error, render


class Slot:
    """The place of a record that is under way. `failed` slots hold the error text."""

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


class GearsFuture:
    """`gearsFuture()`: made inside a step and returned by it; settled later from anywhere."""

    def __init__(self):
        execution = context.execution()
        if execution is None or not context.async_allowed():
            raise error('Creating async record is not allowed')
        if execution.future_made:
            raise error('Can not create async record twice on the same step')
        execution.future_made = True
        self._slot = Slot(execution=execution)

    def continueRun(self, value):
        self._settle(value, False)

    def continueFailed(self, reason):
        self._settle(reason if isinstance(reason, str) else render(reason) if isinstance(reason, BaseException) else str(reason), True)

    def _settle(self, value, failed):
        slot = self._slot
        if slot is None or slot.done:
            raise error('Can not handle future untill it returned from the callback' if slot is None else 'Can not set result on an already settled future')
        slot.settle(value, failed)

    def forget(self):
        self._slot.execution = None
        self._slot.done = True

    def __del__(self):
        slot = getattr(self, '_slot', None)
        if slot is not None and not slot.done and slot.execution is not None:
            slot.settle('Async record did not called continue', True)


async def settle_with(slot, coroutine):
    """Runs a step's coroutine; its end is the record's."""
    try:
        value = await coroutine
    except GearsFlatError as exc:
        slot.settle(str(exc), True)
    except Exception as exc:
        slot.settle(render(exc), True)
    else:
        slot.settle(value)


def start(slot, coroutine):
    from . import loop

    loop.loop.create_task(settle_with(slot, coroutine), context=context.inside_coroutine())
    host.loop_at(0)
