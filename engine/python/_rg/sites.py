"""
Where sessions import from. Every requirement is unpacked in a folder of its own. A session's imports look into the folders of its own
requirements first, then into those of others; what they load is kept apart for every such set of folders, so that two versions of a
package live side by side. Whoever runs code of a session activates its site around it.
"""

import importlib
import os
import platform
import shutil
import sys
import weakref

# Folders of all requirements, oldest first.
_folders = []
_sites = weakref.WeakValueDictionary()


class Site:
    """A set of folders, and the modules loaded with it while another is active."""

    def __init__(self, folders):
        self.folders = folders
        self.modules = {}


def site(folders):
    key = tuple(folders)
    found = _sites.get(key)
    if found is None:
        found = _sites[key] = Site(key)
    return found


NONE = site(())
_active = NONE


def activate(wanted):
    """Makes a site's modules the ones that are imported; returns the one before, to be activated afterwards."""
    global _active
    before = _active
    if wanted is not before:
        before.modules = _drop_modules(sys.modules, '/site/')
        sys.modules.update(wanted.modules)
        wanted.modules = {}
        _active = wanted
        _set_path()
    return before


def add_folder(folder):
    # Sessions without requirements of their own find what is newest.
    _drop_modules(sys.modules if _active is NONE else NONE.modules, '/site/')
    _folders.append(folder)
    _set_path()
    importlib.invalidate_caches()


def remove_folder(folder):
    if folder in _folders:
        _folders.remove(folder)
        _set_path()
    for modules in [sys.modules, *(each.modules for each in _sites.values())]:
        _drop_modules(modules, folder + '/')
    shutil.rmtree(folder, ignore_errors=True)


def _set_path():
    folders = [folder for folder in _active.folders if folder in _folders]
    folders += [folder for folder in _folders if folder not in folders]
    sys.path[:] = [entry for entry in sys.path if not str(entry).startswith('/site/')] + folders


def _drop_modules(modules, root):
    """Packages that were loaded from below `root` leave, with all that lies under them; returned by name."""
    tops = {name for name, module in modules.items() if '.' not in name and _stands_below(module, root)}
    if not tops:
        return {}
    names = [name for name in modules if name.partition('.')[0] in tops]
    return {name: modules.pop(name) for name in names}


def _stands_below(module, root):
    spec = getattr(module, '__spec__', None)
    origin = getattr(spec, 'origin', None)
    if isinstance(origin, str):
        return origin.startswith(root)
    return any(entry.startswith(root) for entry in getattr(spec, 'submodule_search_locations', None) or ())


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
