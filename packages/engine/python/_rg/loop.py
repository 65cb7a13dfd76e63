"""
The event loop for coroutines of functions. It asks the shard to call `pump` when something is due, so that coroutines interleave with
commands and executions on the shard's thread.
"""

import asyncio
import heapq
import time
import traceback
import types
from asyncio import events

from . import host
from .atomic import PyAtomic

# The maximum number of callbacks per pump; the shard serves clients between two pumps.
BATCH = 1000


class Loop(asyncio.AbstractEventLoop):
    def __init__(self):
        self._new_future = None
        self._ready = []
        self._timers = []
        self._order = 0
        self._running = False

    def time(self):
        return time.monotonic()

    def get_debug(self):
        return False

    def set_debug(self, enabled):
        pass

    def is_running(self):
        return True

    def is_closed(self):
        return False

    def run_forever(self):
        raise RuntimeError('This event loop is already running')

    def create_future(self):
        return self._new_future()

    def create_task(self, coroutine, *, name=None, context=None, **options):
        return asyncio.Task(_guard(coroutine), loop=self, name=name, context=context, **options)

    def call_soon(self, callback, *args, context=None):
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        if len(self._ready) == 1:
            host.loop_at(0)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(self, delay, callback, *args, context=None):
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        handle = events.TimerHandle(when, callback, args, self, context)
        self._order += 1
        heapq.heappush(self._timers, (when, self._order, handle))
        host.loop_at(max(0, (when - self.time()) * 1000))
        return handle

    def _timer_handle_cancelled(self, handle):
        pass

    def run_in_executor(self, _executor, function, *args):
        future = self.create_future()
        try:
            future.set_result(function(*args))
        except Exception as exc:
            future.set_exception(exc)
        return future

    def call_exception_handler(self, context):
        exc = context.get('exception')
        text = ''.join(traceback.format_exception(exc)) if exc is not None else ''
        host.log('warning', f'{context.get("message")} {text}')

    def default_exception_handler(self, context):
        self.call_exception_handler(context)

    async def shutdown_asyncgens(self):
        pass

    def pump(self):
        """Runs due callbacks. Does nothing while a callback is running below on the stack, because a task cannot be entered twice."""
        if self._running:
            return
        now = self.time()
        while self._timers and self._timers[0][0] <= now:
            handle = heapq.heappop(self._timers)[2]
            if not handle.cancelled():
                self._ready.append(handle)
        batch, self._ready = self._ready[:BATCH], self._ready[BATCH:]
        self._running = True
        before = events._get_running_loop()
        events._set_running_loop(self)
        try:
            for handle in batch:
                if not handle.cancelled():
                    handle._run()
        finally:
            events._set_running_loop(before)
            self._running = False
        if self._ready:
            host.loop_at(0)
        elif self._timers:
            host.loop_at(max(0, (self._timers[0][0] - self.time()) * 1000))


loop = Loop()


async def _guard(coroutine):
    return await _guarded(coroutine)


@types.coroutine
def _guarded(coroutine):
    """Drives a coroutine. An `await` inside an atomic block raises: nothing could release the server lock meanwhile."""
    value, failure = None, None
    while True:
        try:
            awaited = coroutine.send(value) if failure is None else coroutine.throw(failure)
        except StopIteration as end:
            return end.value
        if PyAtomic.depth:
            if awaited is not None:
                awaited._asyncio_future_blocking = False
            value, failure = None, Exception('await is not allow inside atomic block')
            continue
        try:
            value, failure = (yield awaited), None
        except BaseException as exc:
            value, failure = None, exc


def install(new_future):
    """`new_future` creates a builder's future, which knows its session."""
    loop._new_future = new_future
    events._set_running_loop(None)
    asyncio.get_event_loop = lambda: loop
    events.get_event_loop = lambda: loop
