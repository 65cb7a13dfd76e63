"""The timers of registerTE. The shard keeps the time and calls a timer by its number."""

from . import context, functions, host, session

_time_events = {}


def register_time_event(seconds, callback, key):
    owner = context.session()
    data = None
    if key is not None:
        data = functions.dump_callback(callback)
    number = _add(owner, callback)
    if not host.register_time_event(owner.id if owner is not None else '', number, seconds, key, data):
        del _time_events[number]
        return False
    return True


def load_time_event(session_id, data):
    owner = session.sessions[session_id]
    token = context.enter(owner, None)
    try:
        return _add(owner, functions.loads(data, owner.globals))
    finally:
        context.leave(token)


def _add(owner, callback):
    number = len(_time_events) + 1
    while number in _time_events:
        number += 1
    _time_events[number] = (owner, callback)
    return number


def time_event(number):
    """Runs a timer's callback. Returns False if it failed, which stops the timer."""
    error = session.call_outside(*_time_events[number])
    if error is None:
        return True
    host.log('warning', f'time event failed: {error}')
    _time_events.pop(number, None)
    return False


def drop_time_event(number):
    _time_events.pop(number, None)
