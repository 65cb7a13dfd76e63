"""
Removes the bridge to JavaScript from the interpreter: Pyodide's modules, finders, hooks and event loop. C code keeps references to some of
them, which reach nothing because python/wall.ts shuts the functions behind them. This module hides from scripts what would not work.
"""

import asyncio
import gc
import sys
import types
import zipimport
from asyncio import events

_PACKAGES = ('js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core')


def _ours(name):
    return name.partition('.')[0] not in _PACKAGES


class _Policy(events._AbstractEventLoopPolicy):
    """The shard's event loop is already running and is the only one."""

    def get_event_loop(self):
        return events.get_event_loop()

    def set_event_loop(self, loop):
        pass

    def new_event_loop(self):
        raise RuntimeError('the event loop is already running; pass the coroutine to runCoroutine')


def close():
    sys.meta_path[:] = [finder for finder in sys.meta_path if _ours(getattr(finder, '__module__', ''))]
    sys.excepthook, sys.displayhook = sys.__excepthook__, sys.__displayhook__
    events._set_event_loop_policy(_Policy())
    asyncio.run = asyncio.runners.run
    # JavaScript keeps some of these modules alive, so their contents are released.
    for module in [sys.modules.pop(name) for name in list(sys.modules) if not _ours(name)]:
        if isinstance(module, types.ModuleType):
            vars(module).clear()
    sys.builtin_module_names = tuple(filter(_ours, sys.builtin_module_names))
    for files in zipimport._zip_directory_cache.values():
        for path in [path for path in files if not _ours(path.replace('/', '.'))]:
            del files[path]
    gc.collect()
