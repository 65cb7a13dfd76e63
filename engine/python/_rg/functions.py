"""
Functions by value: callbacks travel to other shards, and into what outlives a crash, as code, defaults, closure and used globals.

A loaded function's globals are those of the session it is loaded for, so that the callbacks of one script share them there too. A name
that is there already keeps what it has: what every session starts with takes the place of a script's global of the same name, there
and after a crash, as in the original.
"""

import builtins
import importlib
import io
import marshal
import pickle
import sys
import types

from . import wording
from .errors import error

# What every session starts with, by name; and the names of those of its functions and classes that nothing can import.
base_globals = {}
_base_names = {}
# The globals of the builder's own functions: every shard has them.
_builder_globals = {}
# What can not be pickled of it, and why: a script's callback that uses it is refused, and one whose global it took the place of on another
# shard, where the original dies.
UNPICKLABLE = {
    't': "can't pickle Context objects",
    'loop': "can't pickle Context objects",
    'CloudPickler': "can't pickle weakref objects",
    '_empty_cell_value': "'_empty_cell_value' object has no attribute '__name__'",
}
# The globals that functions are loaded into; set around `loads`.
_target = None


def know(names, builder_globals):
    """Called once: what every session starts with, and the globals of the builder's functions."""
    global _builder_globals
    _builder_globals = builder_globals
    base_globals.update(names)
    for name, value in names.items():
        if isinstance(value, (types.FunctionType, type)) and not _importable(value):
            _base_names[id(value)] = name


def dumps(value, protocol=None):
    file = io.BytesIO()
    CloudPickler(file, protocol).dump(value)
    return file.getvalue()


def dump(value, file, protocol=None):
    CloudPickler(file, protocol).dump(value)


def loads(data, target):
    """Functions of it have `target` as their globals."""
    global _target
    before, _target = _target, target
    try:
        return pickle.loads(data)
    finally:
        _target = before


def dump_callback(callback):
    """As `dumps`, with the module's text for what can not travel."""
    try:
        return dumps(callback)
    except Exception as exc:
        raise error(_not_serialized(callback, exc)) from None


def _not_serialized(callback, exc):
    name = getattr(callback, '__name__', str(callback))
    return f'Error occured when serialized a python callback, callback={name} error={wording.message(exc)}'


class CloudPickler(pickle.Pickler):
    """Under this name scripts find it."""

    def __init__(self, file, protocol=None):
        super().__init__(file, pickle.HIGHEST_PROTOCOL if protocol is None else protocol)
        # Where nothing else is said, the functions of one pickle share these once it is loaded.
        self._shared = {}

    def reducer_override(self, value):
        kind = type(value)
        if kind is types.FunctionType:
            return _named(value) or (NotImplemented if _importable(value) else self._function(value))
        if kind is types.ModuleType:
            return importlib.import_module, (value.__name__,)
        if kind is types.CodeType:
            return marshal.loads, (marshal.dumps(value),)
        if kind is types.CellType:
            return _make_cell, (), _cell_state(value), None, None, _set_cell
        if kind in (staticmethod, classmethod):
            return kind, (value.__func__,)
        if kind is property:
            return property, (value.fget, value.fset, value.fdel, value.__doc__)
        if isinstance(value, type) and not _importable(value):
            return _named(value) or self._class(value)
        return NotImplemented

    def _function(self, function):
        code = function.__code__
        own = function.__globals__
        of_builder = own is _builder_globals
        used = {}
        if not of_builder:
            for name in _global_names(code):
                if name not in own:
                    continue
                value = own[name]
                if base_globals.get(name, used) is not value:
                    used[name] = value
                elif name in UNPICKLABLE:
                    raise TypeError(UNPICKLABLE[name])
        state = {
            'globals': used,
            'defaults': function.__defaults__,
            'kwdefaults': function.__kwdefaults__,
            'dict': function.__dict__,
            'doc': function.__doc__,
            'qualname': function.__qualname__,
            'module': function.__module__,
        }
        arguments = (marshal.dumps(code), function.__name__, of_builder, function.__closure__, self._shared)
        return _make_function, arguments, state, None, None, _set_function

    def _class(self, kind):
        hidden = ('__dict__', '__weakref__', '__static_attributes__', '__firstlineno__')
        slots = kind.__dict__.get('__slots__', ())
        slots = (slots,) if isinstance(slots, str) else tuple(slots)
        members = {name: member for name, member in kind.__dict__.items() if name not in hidden and name not in slots}
        start = {'__slots__': slots} if '__slots__' in members else {}
        return _make_class, (type(kind), kind.__name__, kind.__bases__, start), members, None, None, _set_class


def _named(value):
    name = _base_names.get(id(value))
    return None if name is None else (_base, (name,))


def _base(name):
    return base_globals[name]


def _importable(value):
    """Found again by importing its module: a library's function or class."""
    module = sys.modules.get(getattr(value, '__module__', None) or '')
    if module is None:
        return False
    found = module
    for part in value.__qualname__.split('.'):
        found = getattr(found, part, None)
        if found is None:
            return False
    return found is value


def _global_names(code):
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _make_function(code, name, of_builder, closure, shared):
    if of_builder:
        names = _builder_globals
    elif _target is not None:
        names = _target
    else:
        names = shared
        names.setdefault('__builtins__', builtins)
    return types.FunctionType(marshal.loads(code), names, name, None, closure)


def _set_function(function, state):
    names = function.__globals__
    for name, value in state['globals'].items():
        there = names.setdefault(name, value)
        if name in UNPICKLABLE and names is _target and there is base_globals.get(name):
            raise error(_not_serialized(function, TypeError(UNPICKLABLE[name])))
    function.__defaults__ = state['defaults']
    function.__kwdefaults__ = state['kwdefaults']
    function.__dict__.update(state['dict'])
    function.__doc__ = state['doc']
    function.__qualname__ = state['qualname']
    function.__module__ = state['module']


def _make_cell():
    return types.CellType()


def _cell_state(cell):
    try:
        return (cell.cell_contents,)
    except ValueError:
        return None


def _set_cell(cell, state):
    if state is not None:
        cell.cell_contents = state[0]


def _make_class(metaclass, name, bases, members):
    return types.new_class(name, bases, {'metaclass': metaclass}, lambda body: body.update(members))


def _set_class(kind, members):
    for name, member in members.items():
        if name not in ('__slots__',):
            try:
                setattr(kind, name, member)
            except (AttributeError, TypeError):
                pass
