"""The readers (protocol 3): each returns the records of an execution, made from the arguments that the shard passes."""

import inspect

from . import host

# How many keys are fetched at once while the execution only reads.
CHUNK = 256


def empty(_execution):
    return ()


def event(_execution, name, key, *content):
    record = {'event': name, 'key': key}
    if content:
        record['type'], record['value'] = content
    return (record,)


def command(_execution, arguments):
    return (arguments,)


def stream(_execution, key, entries):
    return [{'key': key, 'id': id, 'value': value} for id, value in entries]


def failed(execution, error):
    execution.fail_text(error)
    return ()


def keys(execution, with_values):
    return _keys_with_values(execution) if with_values else _keys_alone(execution)


def _keys_with_values(execution):
    changes = host.changes
    chunk = CHUNK
    while True:
        batch = execution.timed(host.keys_batch, execution.id, chunk)
        if batch is None:
            return
        seen = changes[0]
        # Values are read ahead only while they cannot change: no command has run and no client was served.
        chunk = min(CHUNK, chunk * 2)
        for index, (key, type, value) in enumerate(batch):
            yield {'event': None, 'key': key, 'type': type, 'value': value}
            if changes[0] != seen:
                host.keys_unread(execution.id, index + 1)
                chunk = 1
                break


def _keys_alone(execution):
    while True:
        batch = execution.timed(host.keys_batch, execution.id, CHUNK)
        if batch is None:
            return
        for key in batch:
            yield {'event': None, 'key': key}


def python(execution):
    function = execution.plan.function
    while True:
        value = execution.timed(function)
        if inspect.isgenerator(value):
            yield from execution.timed_reading(value)
            return
        yield value


READERS = {function.__name__: function for function in (empty, event, command, stream, failed, keys, python)}
