"""
Adapts the standard library to a thread that is also the server: a blocking call serves clients while it waits, and a Thread is a task of
the shard.

A started thread runs on top of the code that is waiting, which continues only after it. This suffices for threads that end, but not for two
threads that wait for each other in turn.
"""

import concurrent.futures.thread
import queue
import threading
import time

from . import execution, host
from .errors import render

# Milliseconds per slice of sleep; a signal from the main thread ends a slice early.
SLICE = 20


def wait_until(done, timeout=None):
    """Serves the shard until `done()`; returns False after `timeout` seconds."""
    deadline = None if timeout is None else time.monotonic() + timeout
    while not done():
        remaining = SLICE if deadline is None else (deadline - time.monotonic()) * 1000
        if remaining <= 0:
            return False
        host.changes[0] += 1
        host.wait(min(SLICE, remaining))
        execution.abort_running(None)
    return True


def sleep(seconds):
    if not isinstance(seconds, (int, float)):
        raise TypeError(f'an integer is required (got type {type(seconds).__name__})')
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    wait_until(lambda: False, seconds)
    execution.abort_running(None)


class Lock:
    def __init__(self):
        self._held = False

    def acquire(self, blocking=True, timeout=-1):
        if self._held:
            if not blocking or not wait_until(lambda: not self._held, None if timeout < 0 else timeout):
                return False
        self._held = True
        return True

    def release(self):
        if not self._held:
            raise RuntimeError('release unlocked lock')
        self._held = False

    def locked(self):
        return self._held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_exc):
        self.release()

    def _at_fork_reinit(self):
        self._held = False

    def __reduce__(self):
        raise TypeError("cannot pickle '_thread.lock' object")


class RLock(Lock):
    """All code runs on one thread, so any caller owns the lock."""

    def __init__(self):
        self._depth = 0

    def acquire(self, blocking=True, timeout=-1):
        self._depth += 1
        return True

    __enter__ = acquire

    def release(self):
        if not self._depth:
            raise RuntimeError('cannot release un-acquired lock')
        self._depth -= 1

    def locked(self):
        return self._depth > 0

    def _is_owned(self):
        return self._depth > 0

    def _release_save(self):
        depth, self._depth = self._depth, 0
        return depth

    def _acquire_restore(self, depth):
        self._depth = depth

    def _at_fork_reinit(self):
        self._depth = 0

    def __reduce__(self):
        raise TypeError("cannot pickle '_thread.RLock' object")


class _Threads:
    """Threads that were started and have not run yet."""

    waiting = {}
    count = 0


def _start(thread):
    if not thread._initialized:
        raise RuntimeError('thread.__init__() not called')
    if thread._started.is_set():
        raise RuntimeError('threads can only be started once')
    thread._started.set()
    thread._ended = False
    _Threads.count += 1
    thread._ident = _Threads.count
    _Threads.waiting[_Threads.count] = thread
    host.start_thread(_Threads.count)


def run_thread(number):
    thread = _Threads.waiting.pop(number, None)
    if thread is None:
        return
    below, execution.running = execution.running, None
    try:
        thread.run()
    except SystemExit:
        pass
    except BaseException as exc:
        host.log('warning', f'Exception in thread {thread.name}: {render(exc)}')
    finally:
        thread._ended = True
        execution.running = below


def _join(thread, timeout=None):
    if not thread._started.is_set():
        raise RuntimeError('cannot join thread before it is started')
    if thread._ident in _Threads.waiting:
        run_thread(thread._ident)
    wait_until(lambda: thread._ended, timeout)


def _is_alive(thread):
    return thread._started.is_set() and not thread._ended


def _submit(executor, function, /, *args, **options):
    """Runs each task of a pool in a thread of its own: a pool's own threads never end, so the code below them could not continue."""
    if executor._shutdown:
        raise RuntimeError('cannot schedule new futures after shutdown')
    future = concurrent.futures.Future()

    def work():
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(function(*args, **options))
            except BaseException as exc:
                future.set_exception(exc)

    thread = threading.Thread(target=work)
    executor._threads.add(thread)
    thread.start()
    return future


def _shutdown(executor, wait=True, *, cancel_futures=False):
    executor._shutdown = True
    while wait and executor._threads:
        executor._threads.pop().join()


def _named(name, function):
    function.__name__, function.__qualname__ = name, f'Thread.{name}'
    return function


def install():
    concurrent.futures.thread.ThreadPoolExecutor.submit = _submit
    concurrent.futures.thread.ThreadPoolExecutor.shutdown = _shutdown
    time.sleep = sleep
    threading.Lock = threading._allocate_lock = threading._LockType = Lock
    threading.RLock = threading._CRLock = threading._PyRLock = RLock
    threading.Thread.start = _named('start', _start)
    threading.Thread.join = _named('join', _join)
    threading.Thread.is_alive = _named('is_alive', _is_alive)
    threading.Thread._ended = False
    queue.SimpleQueue = queue._PySimpleQueue


