"""The way out to the shard. The functions are put here by `attach`, after the memory snapshot was taken or loaded."""

import json

version = '1.2'
# Counts what may have changed the key space since: commands of scripts, and turns given to others.
changes = [0]
attempt_traceback = True


def _detached(*_args):
    raise RuntimeError('the interpreter is not attached to a shard')


# Each of these is a JavaScript function that takes and returns only scalars: a proxy would cost ten times the call.
call = call_raw = take = _detached
serve = wait = signal = lock = unlock = _detached
log = config_get = hashtag = shard_id = _detached
builder_created = run = register = register_time_event = run_failed = _detached
keys_batch = keys_unread = key_value = distributed = _detached
call_next = get_command = override_reply = async_allowed = _detached
begun = send = shard_of = _detached
loop_at = start_thread = execution_ready = _detached


def attach(functions, settings):
    for name, function in functions.object_entries():
        globals()[name] = function
    configure(settings)


def configure(settings):
    globals().update(json.loads(settings))


def _object(pairs):
    """Dicts travel as {"h": pairs}, bytes that are no UTF-8 as {"b": latin-1 text}, integers beyond 53 bits as {"i": digits}."""
    if 'h' in pairs:
        return {_key(field): value for field, value in pairs['h']}
    if 'b' in pairs:
        return bytearray(pairs['b'], 'latin-1')
    return int(pairs['i'])


def _key(field):
    return field if type(field) is str else bytes(field)


# Values of the key space, and what the shard itself says.
decode = json.JSONDecoder(object_hook=_object).decode
decode_options = json.loads
encode = json.JSONEncoder(separators=(',', ':')).encode
