"""
The folder of installed requirements, which all scripts share, as in RedisGears. When it changes, modules imported from it are forgotten, so
that the next import finds the new ones. Code that holds an old module keeps it.
"""

import importlib
import os
import platform
import sys


def changed(folder):
    """Call this after files were added to or removed from the folder."""
    if folder not in sys.path:
        sys.path.append(folder)
    tops = {name for name, module in sys.modules.items() if '.' not in name and _stands_in(folder, module)}
    for name in [name for name in sys.modules if name.partition('.')[0] in tops]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _stands_in(folder, module):
    spec = getattr(module, '__spec__', None)
    origin = getattr(spec, 'origin', None)
    places = [origin] if isinstance(origin, str) else getattr(spec, 'submodule_search_locations', None) or ()
    return any(place.startswith(folder + '/') for place in places)


def markers():
    """The variables of PEP 508's environment markers."""
    version = sys.implementation.version
    return {
        'implementation_name': sys.implementation.name,
        'implementation_version': f'{version.major}.{version.minor}.{version.micro}',
        'os_name': os.name,
        'platform_machine': platform.machine(),
        'platform_python_implementation': platform.python_implementation(),
        'platform_release': platform.release(),
        'platform_system': platform.system(),
        'platform_version': platform.version(),
        'python_full_version': platform.python_version(),
        'python_version': '.'.join(platform.python_version_tuple()[:2]),
        'sys_platform': sys.platform,
    }
