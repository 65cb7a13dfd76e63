"""Where the records of an execution come from (protocol 3): each maker gives a function of the execution that yields records."""

import inspect

from . import execution as executions
from . import host

# Keys whose values are fetched at once while nothing but reading happens.
CHUNK = 256


def make(reader, plan, spec):
    if spec.get('empty'):
        return lambda _execution: iter(())
    return _MAKERS[reader](plan, spec)


def _text(value):
    """Bytes that are no UTF-8 come as {"b": latin-1 text}."""
    return value if type(value) is str else bytearray(value['b'], 'latin-1')


def _keys(_plan, spec):
    if 'event' in spec:
        return _key_event(spec)
    return _keys_with_values if spec['readValue'] else _keys_alone


def _keys_with_values(execution):
    changes = host.changes
    chunk = CHUNK
    while True:
        batch = executions.timed(execution, host.keys_batch, execution.id, chunk)
        if batch is None:
            return
        seen = changes[0]
        # Values are read ahead only while nothing could have changed them: no command ran, nobody was served.
        chunk = min(CHUNK, chunk * 2)
        for index, (key, type, value) in enumerate(host.decode(batch)):
            yield {'event': None, 'key': key, 'type': type, 'value': value}
            if changes[0] != seen:
                host.keys_unread(execution.id, index + 1)
                chunk = 1
                break


def _keys_alone(execution):
    while True:
        batch = executions.timed(execution, host.keys_batch, execution.id, CHUNK)
        if batch is None:
            return
        for key in host.decode(batch):
            yield {'event': None, 'key': key}


def _key_event(spec):
    def read(execution):
        record = {'event': spec['event'], 'key': _text(spec['key'])}
        if spec['readValue']:
            # The value is that of now, not of the event (protocol 3.3).
            record['type'], record['value'] = host.decode(executions.timed(execution, host.key_value, execution.id))
        yield record

    return read


def _stream(_plan, spec):
    def read(execution):
        if 'error' in spec:
            execution.fail_text(spec['error'])
            return
        key = _text(spec['key'])
        for id, pairs in spec['entries']:
            yield {'key': key, 'id': id, 'value': {_text(field): _text(value) for field, value in pairs}}

    return read


def _command(_plan, spec):
    def read(_execution):
        yield [_text(argument) for argument in spec['arguments']]

    return read


def _python(plan, _spec):
    function = plan.function

    def read(execution):
        while True:
            value = executions.timed(execution, function)
            if inspect.isgenerator(value):
                yield from executions.timed_reading(execution, value)
                return
            yield value

    return read


_MAKERS = {'KeysReader': _keys, 'StreamReader': _stream, 'CommandReader': _command, 'PythonReader': _python}
