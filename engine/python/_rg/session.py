"""What one PYEXECUTE left on this shard: the globals that all its callbacks share."""

import sys
import weakref

from . import context, errors, execution, recursion, scripts
from .functions import base_globals

# id → Session, for as long as the shard refers to it.
sessions = {}


class Session:
    def __init__(self, id):
        self.id = id
        self.globals = dict(base_globals)
        self.profile = None
        self.builders = weakref.WeakSet()


def open_session(id):
    sessions[id] = Session(id)


def close_session(id):
    # Threads and coroutines of the script may still use its globals; the collector takes them when they are through.
    sessions.pop(id, None)


def live_builders(id):
    """Builders that the script still holds keep its session alive."""
    session = sessions.get(id)
    return len(session.builders) if session is not None else 0


def run_script(id, source):
    """Runs a script (bytes) in its session; the error text, or ''."""
    session = sessions[id]
    # A script may come while an execution runs below on the stack: it is no part of it.
    token = context.enter(session, None)
    below, execution.running = execution.running, None
    try:
        try:
            code = scripts.compiled(source)
        except SyntaxError as exc:
            return errors.printable(f"Error type: <class '{type(exc).__name__}'>, Value: {exc}")
        except Exception as exc:
            return errors.render(exc.with_traceback(None))
        recursion.frames_below(recursion.depth())
        exec(code, session.globals)
    except BaseException as exc:
        return errors.render(exc) or ' '
    finally:
        sys.settrace(None)
        execution.running = below
        context.leave(token)
    return ''


def call_outside(session, function):
    """Calls `function` for `session` as part of no execution; the error text, or None."""
    token = context.enter(session, None)
    below, execution.running = execution.running, None
    try:
        function()
    except BaseException as exc:
        return errors.render(exc)
    finally:
        execution.running = below
        context.leave(token)
    return None
