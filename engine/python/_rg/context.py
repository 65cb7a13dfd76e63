"""Which execution and session the running code belongs to; coroutines take it with them."""

import contextvars

from . import sites

# The Execution whose step runs, or whose coroutine this is.
_execution = contextvars.ContextVar('execution', default=None)
_session = contextvars.ContextVar('session', default=None)
_in_coroutine = contextvars.ContextVar('in_coroutine', default=False)

execution = _execution.get
in_coroutine = _in_coroutine.get
session = _session.get
set_execution = _execution.set
reset_execution = _execution.reset


def set_session(session):
    """Code of `session` runs from now on, or of none; `reset_session` takes what this returns."""
    return _session.set(session), sites.activate(sites.NONE if session is None else session.site)


def reset_session(token):
    variable, site = token
    _session.reset(variable)
    sites.activate(site)


def run_handle(handle):
    """Runs a callback of the event loop, which belongs to the session that made it."""
    session = handle._context.get(_session)
    before = sites.activate(sites.NONE if session is None else session.site)
    try:
        handle._run()
    finally:
        sites.activate(before)



def async_allowed():
    current = execution()
    return current is not None and current.async_allowed and not in_coroutine()


def inside_coroutine():
    copied = contextvars.copy_context()
    copied.run(_in_coroutine.set, True)
    return copied
