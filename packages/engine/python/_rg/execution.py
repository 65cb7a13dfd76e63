"""One execution on this shard: it pulls records through its steps, collects results and errors, and can wait and resume."""

import marshal
import os
import sys
import time

from . import context, futures, host, output, profiling, readers, recursion, steps
from .errors import forcestopped, render, unwinding

DONE, WAITING = 1, 0
# The frames of the entry point, `_run` and `advance`.
ENTRY_FRAMES = 3
MAX_ERRORS = 10_000
MAX_ERROR_TEXT = 256 * 1024
# RedisGears, as measured, resumes a step after this many records of other shards even if more will follow.
HANDED_ON = 10_000
# Seconds between two attempts to abort Python code that continues: the same interval as in RedisGears.
STRIKE_EVERY = 0.001

# Code that no callback calls. Beyond an entry point are the frames of another execution, which are not this one's.
_BETWEEN_CALLBACKS = frozenset(
    os.path.join(os.path.dirname(__file__), f'{name}.py') for name in ('entry', 'execution', 'plans', 'session', 'steps', 'time_events')
)

# id → Execution, until the shard has its outcome.
executions = {}
# The execution whose Python code is running; others may be suspended below it on the stack.
running = None


class Execution:
    # Class attributes are the defaults; most executions never change them.
    aborting = False
    # The shard has its outcome. What is still on the stack unwinds.
    over = False
    # When forcestopped was last raised in this execution.
    struck = 0.0
    # The step and the record for which the last gearsFuture was made, until the callback returns it.
    future_made = None
    waits_for_shards = False
    read_seconds = 0.0
    # Seconds per step, when profiling.
    step_seconds = None

    def __init__(self, id, plan, async_allowed, profiled, part):
        self.id = id
        self.plan = plan
        self.session = plan.session
        self.async_allowed = async_allowed
        self.part = part
        self.results = []
        self.errors = []
        if profiled:
            self.step_seconds = [0.0] * len(plan.steps)
        if part is not None:
            self.inbox = {}

    def open(self, reader, arguments):
        """Connects the reader to the plan's steps, so that records can be pulled."""
        source = readers.READERS[reader](self, *arguments)
        # A tuple needs no guard: reading it cannot fail, and it has at most one record.
        source = iter(source) if type(source) is tuple else self._reading(source)
        self.generators = 0
        for index, step, make in self.plan.stages:
            if make is None:
                if self.part is None:
                    continue
                source = (self._collect if step.name == 'collect' else self._repartition)(index, source)
            else:
                callback = step.callback
                if self.step_seconds is not None and callable(callback):
                    callback = profiling.timed(callback, self.step_seconds, index)
                source = make(self, source, callback)
            self.generators += 1
        self.chain = source

    def _reading(self, records):
        errors = self.errors
        try:
            for record in records:
                yield record
                # After an error, the reader of the shard stops (protocol 2.6).
                if errors:
                    return
        except Exception as exc:
            self.fail(exc)

    def advance(self):
        """Runs until the end or until it must wait; returns DONE or WAITING."""
        global running
        below, running = running, self
        token = context.enter(self.session, self)
        profile = profiling.start(self.session) if self.step_seconds is not None else None
        # Below a callback of the first step are the generators of all steps.
        recursion.frames_below((ENTRY_FRAMES if below is None else recursion.depth()) + self.generators)
        append = self.results.append
        try:
            for record in self.chain:
                if record is steps.WAIT:
                    return WAITING
                append(record)
        except BaseException as exc:
            # Only errors outside callbacks arrive here: an abort between two callbacks, or a reader that is a generator.
            if not self.over:
                self.fail(exc)
        finally:
            if profile is not None:
                profiling.stop(self.session, profile)
            context.leave(token)
            running = below
            if self.aborting:
                sys.settrace(None)
        return DONE

    def fail(self, exc):
        self.fail_text(render(exc))

    def fail_text(self, text):
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(text[:MAX_ERROR_TEXT])

    def slot(self, value):
        """A slot for the record that a coroutine or future will deliver."""
        self.future_made = None
        if type(value) is futures.PyFuture:
            return value.taken()
        slot = futures.Slot(execution=self)
        if not self.async_allowed:
            value.close()
            slot.execution = None
            slot.value, slot.failed, slot.done = (
                "Error type: <class 'gears.error'>, Value: Creating async record is not allowed",
                True,
                True,
            )
            return slot
        futures.start(slot, value)
        return slot

    def resume(self):
        host.execution_ready(self.id)

    # -- other shards ---------------------------------------------------------------------------------------------------------

    def deliver(self, step, sender, data):
        """Stores records (marshalled) that another shard sent to a global step. None means that the shard has sent all."""
        self.inbox.setdefault(step, []).append((sender, data))

    def _from_others(self, step):
        """Yields what other shards sent to a global step, whenever HANDED_ON records have arrived and at the end."""
        me, count, _ = self.part
        keyed = self.plan.steps[step].name == 'repartition'
        ended = {me}
        waiting, size = [], 0
        while True:
            for sender, data in self.inbox.pop(step, ()):
                if data is None:
                    ended.add(sender)
                    continue
                batch = marshal.loads(data)
                waiting.append(batch)
                size += len(batch[0]) + len(batch[1])
            complete = len(ended) == count
            if complete or size >= HANDED_ON:
                batches, waiting, size = waiting, [], 0
                for records, errors in batches:
                    for text in errors:
                        self.fail_text(text)
                    yield from map(steps.Keyed, records) if keyed else records
            if complete:
                return
            yield from self._wait()

    def _collect(self, step, source):
        me, _, initiator = self.part
        if me == initiator:
            yield from source
            yield from self._from_others(step)
        else:
            outgoing = Outgoing(self, step)
            for record in source:
                if record is steps.WAIT:
                    yield record
                else:
                    outgoing.add(initiator, _plain(record))
            # The initiator reports the errors recorded here so far.
            errors, self.errors[:] = list(self.errors), []
            outgoing.finish((initiator,), errors)

    def _repartition(self, step, source):
        me, count, _ = self.part
        outgoing = Outgoing(self, step)
        for record in source:
            if record is steps.WAIT:
                yield record
                continue
            shard = host.shard_of(record[0])
            if shard == me:
                yield record
            else:
                outgoing.add(shard, (record[0], record[1]))
        outgoing.finish([index for index in range(count) if index != me], [])
        yield from self._from_others(step)

    def _wait(self):
        self.waits_for_shards = True
        yield steps.WAIT
        self.waits_for_shards = False

    # -- the end --------------------------------------------------------------------------------------------------------------

    def outcome(self):
        """The shard gets results, errors, and the durations of reading and of each step (ms)."""
        results = output.results(self.results, self.fail_text)
        times = self.step_seconds
        if not self.errors and not self.read_seconds and times is None:
            return (results,)
        return results, self.errors, self.read_seconds * 1000, None if times is None else [seconds * 1000 for seconds in times]

    def timed(self, function, *args):
        """Calls a reader's function and adds its duration to the execution's read duration."""
        start = time.perf_counter()
        try:
            return function(*args)
        finally:
            self.read_seconds += time.perf_counter() - start

    def timed_reading(self, records):
        clock = time.perf_counter
        iterator = iter(records)
        while True:
            start = clock()
            record = next(iterator, steps.END)
            self.read_seconds += clock() - start
            if record is steps.END:
                return
            yield record


def _plain(record):
    return {'key': record[0], 'value': record[1]} if type(record) is steps.Keyed else record


class Outgoing:
    """Records for other shards, sent in batches."""

    BATCH = 1000

    def __init__(self, execution, step):
        self.execution = execution
        self.step = step
        self.batches = {}

    def add(self, shard, record):
        try:
            # Marshal each record alone first, so that one bad record does not spoil its batch.
            marshal.dumps(record)
        except ValueError as exc:
            self.execution.fail_text(f"Error type: <class 'ValueError'>, Value: {exc}")
            return
        batch = self.batches.setdefault(shard, [])
        batch.append(record)
        if len(batch) >= self.BATCH:
            self._send(shard, batch, ())

    def _send(self, shard, batch, errors):
        host.send(self.execution.id, self.step, shard, marshal.dumps((batch, list(errors))))
        batch.clear()

    def finish(self, shards, errors):
        for shard in shards:
            batch = self.batches.get(shard, [])
            if batch or errors:
                self._send(shard, batch, errors)
            host.send(self.execution.id, self.step, shard, None)


def abort_running(frame):
    """Raises forcestopped in the user code that `frame` belongs to. Inside the runtime, it is raised at the next call of user code."""
    if running is None or not running.aborting:
        return
    # User code may swallow the exception, or the next record may follow, so the signal repeats until the execution is over.
    host.signal()
    if not running.over and time.perf_counter() - running.struck < STRIKE_EVERY:
        return
    if frame is None or _called_by_user(frame):
        _strike()
    sys.settrace(_stop_at_call)


def _strike():
    running.struck = time.perf_counter()
    raise unwinding if running.over else forcestopped


def _called_by_user(frame):
    """True for library code that user code called, false for the runtime between two callbacks and around an entry point."""
    while frame is not None:
        file = frame.f_code.co_filename
        if _of_user(frame):
            return True
        if file in _BETWEEN_CALLBACKS:
            return False
        frame = frame.f_back
    return False


def _of_user(frame):
    """namedtuple compiles its classes from a string too; those of the runtime are not user code."""
    return frame.f_code.co_filename == '<string>' and not str(frame.f_globals.get('__name__')).startswith('namedtuple_')


def _stop_at_call(frame, _event, _arg):
    if _of_user(frame) and running is not None and running.aborting:
        sys.settrace(None)
        _strike()
    return None
