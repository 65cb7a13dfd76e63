"""
Pickles functions by value, as code, defaults, closure and the globals they use: callbacks travel to other shards, and registrations survive
a crash.

A loaded function uses the globals of its session, so that the callbacks of one script share them on every shard. A name that already exists
keeps its value. A script's global that has the name of a base global is therefore replaced by it there, as in RedisGears.
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

# The globals that every session starts with, and the names of the functions and classes among them that cannot be imported.
base_globals = {}
_base_names = {}
# The globals of the builder's functions, which every shard has.
_builder_globals = {}
# Base globals that cannot be pickled, and the error. A callback that uses one is refused. So is a callback whose own global was replaced by
# one on another shard, where RedisGears crashes.
UNPICKLABLE = {
    't': "can't pickle Context objects",
    'loop': "can't pickle Context objects",
    'CloudPickler': "can't pickle weakref objects",
    '_empty_cell_value': "'_empty_cell_value' object has no attribute '__name__'",
}
# The globals for the functions that `loads` is loading.
_target = None


def know(names, builder_globals):
    """Sets the globals that every session starts with, and those of the builder's functions. Called once."""
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
    """Unpickles; loaded functions use `target` as their globals."""
    global _target
    before, _target = _target, target
    try:
        return pickle.loads(data)
    finally:
        _target = before


def dump_callback(callback):
    """Like `dumps`, but raises the error text of RedisGears for what cannot be pickled."""
    try:
        return dumps(callback)
    except Exception as exc:
        raise error(_not_serialized(callback, exc)) from None


def _not_serialized(callback, exc):
    name = getattr(callback, '__name__', str(callback))
    return f'Error occured when serialized a python callback, callback={name} error={wording.message(exc)}'


class CloudPickler(pickle.Pickler):
    """Scripts find this class under its name."""

    def __init__(self, file, protocol=None):
        super().__init__(file, pickle.HIGHEST_PROTOCOL if protocol is None else protocol)
        # The functions of one pickle share these globals if `loads` is not given any.
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
    """True for a function or class that is found by importing its module."""
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
