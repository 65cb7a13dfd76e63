"""The session of one PYEXECUTE on this shard."""

import sys
import weakref

from . import context, errors, execution, recursion, scripts
from .functions import base_globals

# id → ScriptSession, for as long as the shard uses it.
sessions = {}


class ScriptSession:
    def __init__(self, id):
        self.id = id
        self.globals = dict(base_globals)
        self.profile = None
        self.builders = weakref.WeakSet()


def open_session(id):
    sessions[id] = ScriptSession(id)


def close_session(id):
    # Threads and coroutines of the script may still use its globals, which the garbage collector frees after them.
    sessions.pop(id, None)


def live_builders(id):
    """The number of builders that the script still holds; they keep its session alive."""
    session = sessions.get(id)
    return len(session.builders) if session is not None else 0


def run_script(id, source):
    """Runs a script (bytes) in its session; returns an error text, or ''."""
    session = sessions[id]
    # The script is not part of an execution that may be suspended below it on the stack.
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
    """Calls `function` for `session` outside any execution; returns an error text, or None."""
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
