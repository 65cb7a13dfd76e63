"""The way out to the shard, which puts its functions here after the memory snapshot was taken or loaded: python/entry.ts says what each does."""

version = '1.2'
attempt_traceback = True
# Counts what may have changed the key space since: commands of scripts, and turns given to others.
changes = [0]


def _detached(*_args):
    raise RuntimeError('the interpreter is not attached to a shard')


call = call_next = get_command = override_reply = _detached
serve = wait = signal = lock = unlock = _detached
log = config_get = hashtag = shard_id = _detached
builder_created = distributed = run = register = register_time_event = _detached
keys_batch = keys_unread = begun = send = shard_of = _detached
loop_at = start_thread = execution_ready = _detached
