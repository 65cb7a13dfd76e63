"""
The steps of an execution as a chain of generators: each pulls records from the previous one, and `Execution` pulls from the last.

A step that waits for a coroutine or for other shards yields WAIT, which later steps pass on, so that the execution can leave the thread and
resume when it is pulled again. A record that fails becomes an error of the execution and goes no further.
"""

from collections import deque
from types import CoroutineType

from .futures import PyFuture, Slot

WAIT = type('Wait', (), {'__repr__': lambda _: 'WAIT'})()
END = type('End', (), {'__repr__': lambda _: 'END'})()
# The types that a step waits for. Version 1.0 treats a coroutine like any other value (see entry.attach).
ASYNC = frozenset((CoroutineType, PyFuture))
# The limit of RedisGears (protocol 4.4).
RECORDS_IN_FLIGHT = 1000


class Keyed(tuple):
    """A record with its extracted key: (key, value)."""

    __slots__ = ()


def to_record(_execution, source, _callback):
    for record in source:
        yield {'key': record[0], 'value': record[1]} if type(record) is Keyed else record


def get_value(_execution, source, _callback):
    for record in source:
        yield record if record is WAIT else record[1]


def mapper(execution, source, callback):
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        try:
            value = callback(record)
        except Exception as exc:
            execution.fail(exc)
            continue
        if type(value) in ASYNC:
            value = execution.slot(value)
            yield from _in_flight(execution, source, callback, record, value, _mapped)
            return
        yield value


def filterer(execution, source, callback):
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        try:
            value = callback(record)
        except Exception as exc:
            execution.fail(exc)
            continue
        if type(value) in ASYNC:
            value = execution.slot(value)
            yield from _in_flight(execution, source, callback, record, value, _filtered)
            return
        if value:
            yield record


def for_each(execution, source, callback):
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        try:
            value = callback(record)
        except Exception as exc:
            execution.fail(exc)
            continue
        if type(value) in ASYNC:
            value = execution.slot(value)
            yield from _in_flight(execution, source, callback, record, value, _visited)
            return
        yield record


def _mapped(_record, value):
    return (value,)


def _filtered(record, value):
    return (record,) if value else ()


def _visited(record, _value):
    return (record,)


def _in_flight(execution, source, callback, record, slot, results):
    """
    Continues a step from its first coroutine on: many records are in progress at once, and leave in their original order.

    It holds slots, not futures: a future that nothing else refers to is freed, and then fails its record.
    """
    slots = deque([(record, slot)])
    source = iter(source)
    ended = False
    while True:
        while slots and slots[0][1].done:
            record, slot = slots.popleft()
            if slot.failed:
                execution.fail_text(slot.value)
            else:
                yield from results(record, slot.value)
        if ended:
            if not slots:
                return
            yield WAIT
            continue
        if len(slots) >= RECORDS_IN_FLIGHT:
            yield WAIT
            continue
        record = next(source, END)
        if record is END:
            ended = True
        elif record is WAIT:
            yield WAIT
        else:
            try:
                value = callback(record)
            except Exception as exc:
                execution.fail(exc)
                continue
            value = execution.slot(value) if type(value) in ASYNC else Slot(value)
            slots.append((record, value))


def flatten(_execution, source, _callback):
    for record in source:
        if type(record) is list:
            # RedisGears pops items from the end of the list.
            yield from reversed(record)
        else:
            yield record


def accumulate(execution, source, callback):
    accumulator, any_record = None, False
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        try:
            value = callback(accumulator, record)
        except Exception as exc:
            if execution.future_made is None:
                execution.fail(exc)
                continue
            value = None
        if type(value) in ASYNC:
            value = execution.slot(value)
            while not value.done:
                yield WAIT
            if value.failed:
                execution.fail_text(value.value)
                continue
            value = value.value
        elif execution.future_made is not None:
            # RedisGears sets the accumulator to None if the callback made a future and did not return it, even if it raised.
            execution.future_made = value = None
        accumulator, any_record = value, True
    if any_record:
        yield accumulator


def extract_key(execution, source, callback):
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        try:
            key = callback(record)
        except Exception as exc:
            execution.fail(exc)
            continue
        if type(key) in ASYNC:
            _discard(key)
            execution.fail_text('coroutine are not allow on extractor')
            continue
        yield Keyed((key if type(key) is str else repr(key), record))


def accumulate_by_key(execution, source, callback):
    accumulators = {}
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        key, record = record
        try:
            value = callback(key, accumulators.get(key), record)
        except Exception as exc:
            if execution.future_made is None:
                execution.fail(exc)
                continue
            value = None
        if type(value) in ASYNC:
            value = execution.slot(value)
            while not value.done:
                yield WAIT
            if value.failed:
                execution.fail_text(value.value)
                continue
            value = value.value
        elif execution.future_made is not None:
            # RedisGears sets the accumulator to None if the callback made a future and did not return it, even if it raised.
            execution.future_made = value = None
        accumulators[key] = value
    for item in accumulators.items():
        yield Keyed(item)


def group(_execution, source, _callback):
    groups = {}
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        groups.setdefault(record[0], []).append(record[1])
    for item in groups.items():
        yield Keyed(item)


def reduce(execution, source, callback):
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        key, records = record
        try:
            value = callback(key, records)
        except Exception as exc:
            execution.fail(exc)
            continue
        if type(value) in ASYNC:
            _discard(value)
            execution.fail_text('coroutine are not allow on reduce')
            continue
        yield Keyed((key, value))


def _discard(value):
    if type(value) is CoroutineType:
        value.close()
    else:
        value.forget()


def limit(_execution, source, bounds):
    length, offset = bounds
    seen = 0
    if length <= 0:
        return
    for record in source:
        if record is WAIT:
            yield WAIT
            continue
        seen += 1
        if seen > offset:
            yield record
            if seen >= offset + length:
                return


def pass_on(_execution, source, _callback):
    return source


class Step:
    """A step: `type`, `name` and `arg` as GETEXECUTION prints them, and its callback."""

    __slots__ = ('type', 'name', 'arg', 'callback')

    def __init__(self, type, name, callback=None):
        self.type = type
        self.name = name
        self.callback = callback
        self.arg = str(callback) if callable(callback) else ''


GENERATORS = {
    'RedisGearsPy_ToPyRecordMapper': to_record,
    'GetValueMapper': get_value,
    'RedisGearsPy_PyCallbackMapper': mapper,
    'RedisGearsPy_PyCallbackFlatMapper': mapper,
    'flatmap': flatten,
    'RedisGearsPy_PyCallbackFilter': filterer,
    'RedisGearsPy_PyCallbackForEach': for_each,
    'RedisGearsPy_PyCallbackAccumulate': accumulate,
    'RedisGearsPy_PyCallbackExtractor': extract_key,
    'RedisGearsPy_PyCallbackAccumulateByKey': accumulate_by_key,
    'group': group,
    'RedisGearsPy_PyCallbackReducer': reduce,
    'limit': limit,
}
GLOBAL_STEPS = frozenset(('collect', 'repartition'))


def stages(plan):
    """
    The generators that records pass through, in order: (index of the step, the step, its generator). The generator is None for a step that
    exchanges records between shards.
    """
    found = []
    for index, step in enumerate(plan):
        if step.name in GLOBAL_STEPS:
            found.append((index, step, None))
        # Records are Python objects already, so the builder's first conversion is skipped.
        elif index > 0 or step.name != 'RedisGearsPy_ToPyRecordMapper':
            found.append((index, step, GENERATORS[step.name]))
        # In 1.0, one step calls the function and expands the list.
        if step.type == 'flatmap' and step.name != 'flatmap':
            found.append((index, step, flatten))
    return found
