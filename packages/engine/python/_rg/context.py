"""Records which execution and session the running code belongs to; coroutines inherit it."""

import contextvars

# The ScriptSession, and the Execution whose step or coroutine is running.
_owners = contextvars.ContextVar('owners', default=(None, None))
_in_coroutine = contextvars.ContextVar('in_coroutine', default=False)

owners = _owners.get
leave = _owners.reset
in_coroutine = _in_coroutine.get


def enter(session, execution):
    """Sets the owners of the code that runs next. Pass the result to `leave`."""
    return _owners.set((session, execution))


def session():
    return _owners.get()[0]


def execution():
    return _owners.get()[1]


def async_allowed():
    current = execution()
    return current is not None and current.async_allowed and not in_coroutine()


def inside_coroutine():
    copied = contextvars.copy_context()
    copied.run(_in_coroutine.set, True)
    return copied
