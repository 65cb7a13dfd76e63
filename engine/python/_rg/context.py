"""Which execution and session the running code belongs to; coroutines take it with them."""

import contextvars

# The Execution whose step runs, or whose coroutine this is.
_execution = contextvars.ContextVar('execution', default=None)
_session = contextvars.ContextVar('session', default=None)
_in_coroutine = contextvars.ContextVar('in_coroutine', default=False)

execution = _execution.get
in_coroutine = _in_coroutine.get
session = _session.get
set_execution = _execution.set
reset_execution = _execution.reset
set_session = _session.set
reset_session = _session.reset


def async_allowed():
    current = execution()
    return current is not None and current.async_allowed and not in_coroutine()


def inside_coroutine():
    copied = contextvars.copy_context()
    copied.run(_in_coroutine.set, True)
    return copied
