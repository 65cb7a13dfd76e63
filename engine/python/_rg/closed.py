"""
Takes the way to JavaScript out of the interpreter: Pyodide's modules, finders, hooks and event loop. What C keeps of them reaches
nothing, for the functions behind it are shut (python/wall.ts); this is so that nobody finds what does not work.
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
    """The shard's loop runs already, and there is no other."""

    def get_event_loop(self):
        return events.get_event_loop()

    def set_event_loop(self, loop):
        pass

    def new_event_loop(self):
        raise RuntimeError('functions have one event loop, and it is running: give the coroutine to runCoroutine')


def close():
    sys.meta_path[:] = [finder for finder in sys.meta_path if _ours(getattr(finder, '__module__', ''))]
    sys.excepthook, sys.displayhook = sys.__excepthook__, sys.__displayhook__
    events._set_event_loop_policy(_Policy())
    asyncio.run = asyncio.runners.run
    # JavaScript holds some of these modules, so what they hold is let go of.
    for module in [sys.modules.pop(name) for name in list(sys.modules) if not _ours(name)]:
        if isinstance(module, types.ModuleType):
            vars(module).clear()
    sys.builtin_module_names = tuple(filter(_ours, sys.builtin_module_names))
    for files in zipimport._zip_directory_cache.values():
        for path in [path for path in files if not _ours(path.replace('/', '.'))]:
            del files[path]
    gc.collect()
