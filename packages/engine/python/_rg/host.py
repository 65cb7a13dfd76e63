"""The functions of the shard. The shard sets them after it has loaded the memory snapshot; python/entry.ts documents them."""

version = '1.2'
attempt_traceback = True
# Increases whenever the key space may have changed: after a script's command, and after the shard served other clients.
changes = [0]


def _detached(*_args):
    raise RuntimeError('the interpreter is not attached to a shard')


call = call_next = get_command = override_reply = _detached
serve = wait = signal = lock = unlock = _detached
log = config_get = hashtag = shard_id = _detached
builder_created = distributed = run = register = register_time_event = _detached
keys_batch = keys_unread = begun = send = shard_of = _detached
loop_at = start_thread = execution_ready = _detached
