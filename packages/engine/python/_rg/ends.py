"""
Refuses calls that would end the process, which is the server. RedisGears crashes on them. A script that gets around this ends only its
shard.
"""

import faulthandler
import os
import signal
import sys

# The shard uses these signals to interrupt running Python (wire/signals.ts).
_OURS = frozenset((signal.SIGUSR1, signal.SIGUSR2))
_ENDING = (os, '_exit', 'abort'), (faulthandler, '_sigsegv', '_sigabrt', '_sigfpe', '_fatal_error_c_thread', '_stack_overflow')
_raise_signal = signal.raise_signal
_set_handler = signal.signal


def _refused(name):
    def refuse(*_args, **_options):
        raise RuntimeError(f'{name} would end the server and is not available to scripts')

    refuse.__name__ = refuse.__qualname__ = name.rpartition('.')[2]
    return refuse


def raise_signal(signalnum, /):
    # A signal that has a Python handler, or is ignored, ends nothing.
    if signal.getsignal(signalnum) in (signal.SIG_DFL, None):
        raise RuntimeError(f'signal {int(signalnum)} would end the server; scripts may not raise it')
    _raise_signal(signalnum)


def kill(pid, signalnum, /):
    if pid != os.getpid():
        raise PermissionError(1, 'Operation not permitted')
    if signalnum != 0:
        raise_signal(signalnum)


def handler(signalnum, handler, /):
    if signalnum in _OURS:
        raise ValueError(f'signal {int(signalnum)} belongs to the server')
    return _set_handler(signalnum, handler)


def install():
    for module, *names in _ENDING:
        for name in names:
            if hasattr(module, name):
                _put(module, name, _refused(f'{module.__name__}.{name}'))
    _put(os, 'kill', kill)
    _put(signal, 'raise_signal', raise_signal)
    handler.__name__ = handler.__qualname__ = 'signal'
    _put(signal, 'signal', handler)


def _put(module, name, function):
    """Replaces the function in `posix` and `_signal` too, because scripts can import them directly."""
    for place in {module, sys.modules.get('posix', module), sys.modules.get('_signal', module)}:
        if place is module or hasattr(place, name):
            setattr(place, name, function)
