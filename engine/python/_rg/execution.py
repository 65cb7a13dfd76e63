"""One execution on this shard: pulls its chain of steps, keeps results and errors, and stops or resumes."""

import marshal
import sys
import time

from . import context, futures, host, output, profiling, readers, recursion, steps
from .errors import forcestopped, render

DONE, WAITING = 1, 0
# Of Python's entry, `_run` and `advance`.
ENTRY_FRAMES = 3
MAX_ERRORS = 10_000
MAX_ERROR_TEXT = 256 * 1024
# Records of other shards that wake a step before all of them have come, as measured on the module.
HANDED_ON = 10_000
# Seconds between two blows of an abort at Python that goes on: the module's rhythm.
STRIKE_EVERY = 0.001

# id → Execution, for those the shard may still ask for.
executions = {}
# The one whose Python runs now; others may be suspended below it on the stack.
running = None


class Execution:
    # What most of them never need to be told.
    aborting = False
    # When forcestopped was last raised in it.
    struck = 0.0
    # Where the last future was made that was not returned yet: the step and the record.
    future_made = None
    waits_for_shards = False
    read_seconds = 0.0
    # Of each step, where it is profiled.
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
        """From now on it can be pulled: the reader's records through its plan's stages."""
        source = readers.READERS[reader](self, *arguments)
        # What is at hand needs no guard: reading it cannot fail, and behind one record nothing is left to stop.
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
                # Once an error was recorded, the shard's reader stops (protocol 2.6).
                if errors:
                    return
        except Exception as exc:
            self.fail(exc)

    def advance(self):
        """Runs until the end or until it has to wait; returns DONE or WAITING."""
        global running
        below, running = running, self
        token = context.enter(self.session, self)
        profile = profiling.start(self.session) if self.step_seconds is not None else None
        # The callback of the first step stands on its generator, and on those of all that follow.
        recursion.frames_below((ENTRY_FRAMES if below is None else recursion.depth()) + self.generators)
        append = self.results.append
        try:
            for record in self.chain:
                if record is steps.WAIT:
                    return WAITING
                append(record)
        except BaseException as exc:
            # Only what struck the engine's own frames comes here: an abort between two callbacks, or a generator reader.
            self.fail(exc)
        finally:
            if profile is not None:
                profiling.stop(self.session, profile)
            if self.aborting:
                sys.settrace(None)
            context.leave(token)
            running = below
        return DONE

    def fail(self, exc):
        self.fail_text(render(exc))

    def fail_text(self, text):
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(text[:MAX_ERROR_TEXT])

    def slot(self, value):
        """The place of a record that a coroutine or future will deliver."""
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
        """Records (marshalled) of another shard for a global step; None is that shard's end of it."""
        self.inbox.setdefault(step, []).append((sender, data))

    def _from_others(self, step):
        """What the other shards send to a global step: passed on when HANDED_ON records have come, or everything has."""
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
            # Errors recorded here so far are the initiator's to report.
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
        """What the shard is told: results, errors, and the times of reading and of the steps (ms)."""
        results = output.results(self.results, self.fail_text)
        times = self.step_seconds
        if not self.errors and not self.read_seconds and times is None:
            return (results,)
        return results, self.errors, self.read_seconds * 1000, None if times is None else [seconds * 1000 for seconds in times]

    def timed(self, function, *args):
        """Calls a reader's function; the time that it takes is the execution's read duration."""
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
    """Records on their way to other shards, in batches."""

    BATCH = 1000

    def __init__(self, execution, step):
        self.execution = execution
        self.step = step
        self.batches = {}

    def add(self, shard, record):
        try:
            # Each is marshalled alone first, so that one record that cannot travel does not take the batch with it.
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
    """Raises forcestopped in the user's code that `frame` belongs to; in the engine's own code, at its next call of the user's."""
    if running is None or not running.aborting:
        return
    # Python that swallows the exception, or goes on with another record, is struck again until the execution is over.
    host.signal()
    if time.perf_counter() - running.struck < STRIKE_EVERY:
        return
    if frame is None or _called_by_user(frame):
        _strike()
    sys.settrace(_stop_at_call)


def _strike():
    running.struck = time.perf_counter()
    raise forcestopped


def _called_by_user(frame):
    """A library function that the user's code called, as opposed to the engine between two callbacks."""
    while frame is not None:
        file = frame.f_code.co_filename
        if _of_user(frame):
            return True
        if file == __file__ or file == steps.__file__:
            return False
        frame = frame.f_back
    return False


def _of_user(frame):
    """Named tuples are made from text, too: the runtime's are no user's."""
    return frame.f_code.co_filename == '<string>' and not str(frame.f_globals.get('__name__')).startswith('namedtuple_')


def _stop_at_call(frame, _event, _arg):
    if _of_user(frame) and running is not None and running.aborting:
        sys.settrace(None)
        _strike()
    return None
