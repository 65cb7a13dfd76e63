"""
The parts of Python 3.7's distutils that small libraries, such as redis-py 3, still import: version comparison and strtobool.
The README of the engine lists the modules that are not available.
"""

import functools
import re
import shlex
import sys
import sysconfig
import types


@functools.total_ordering
class Version:
    def __init__(self, vstring=None):
        if vstring:
            self.parse(vstring)

    def __repr__(self):
        return f"{type(self).__name__} ('{self}')"

    def _key(self):
        return self.version

    def __eq__(self, other):
        other = self._other(other)
        return NotImplemented if other is None else self._key() == other._key()

    def __lt__(self, other):
        other = self._other(other)
        return NotImplemented if other is None else self._key() < other._key()

    def _other(self, other):
        if isinstance(other, str):
            return type(self)(other)
        return other if isinstance(other, Version) else None


class LooseVersion(Version):
    """Compares numbers and words one by one."""

    component_re = re.compile(r'(\d+ | [a-z]+ | \.)', re.VERBOSE)

    def parse(self, vstring):
        self.vstring = vstring
        parts = [part for part in self.component_re.split(vstring) if part and part != '.']
        self.version = [int(part) if part.isdecimal() else part for part in parts]

    def __str__(self):
        return self.vstring


class StrictVersion(Version):
    """Two or three numbers, and optionally an alpha or beta number."""

    version_re = re.compile(r'^(\d+) \. (\d+) (\. (\d+))? ([ab](\d+))?$', re.VERBOSE | re.ASCII)

    def parse(self, vstring):
        found = self.version_re.match(vstring)
        if found is None:
            raise ValueError(f"invalid version number '{vstring}'")
        major, minor, patch, prerelease, number = found.group(1, 2, 4, 5, 6)
        self.version = (int(major), int(minor), int(patch or 0))
        self.prerelease = (prerelease[0], int(number)) if prerelease else None

    def __str__(self):
        shown = self.version if self.version[2] else self.version[:2]
        return '.'.join(map(str, shown)) + (f'{self.prerelease[0]}{self.prerelease[1]}' if self.prerelease else '')

    def _key(self):
        # A release sorts after its alphas and betas.
        return self.version, self.prerelease is None, self.prerelease or ()


def strtobool(val):
    val = val.lower()
    if val in ('y', 'yes', 't', 'true', 'on', '1'):
        return 1
    if val in ('n', 'no', 'f', 'false', 'off', '0'):
        return 0
    raise ValueError(f'invalid truth value {val!r}')


_PARTS = {
    'version': {'Version': Version, 'LooseVersion': LooseVersion, 'StrictVersion': StrictVersion},
    'util': {'strtobool': strtobool, 'split_quoted': shlex.split, 'get_platform': sysconfig.get_platform},
}


def install():
    package = sys.modules['distutils'] = types.ModuleType('distutils')
    package.__path__ = []
    for name, members in _PARTS.items():
        module = sys.modules[f'distutils.{name}'] = types.ModuleType(f'distutils.{name}')
        module.__dict__.update(members)
        setattr(package, name, module)
