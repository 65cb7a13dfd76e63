"""
Functions by value: callbacks travel to other shards, and into what outlives a crash, as code, defaults, closure and used globals.

A loaded function's globals are those of the session it is loaded for, so that the callbacks of one script share them there too.
"""

import importlib
import io
import marshal
import pickle
import sys
import types

from . import builder
from .errors import error

# The globals that functions are loaded into; set around `loads`.
_target = None
_BUILDER = builder.__name__


def dumps(value, base):
    """`base`: the globals every session starts with, which need not travel."""
    file = io.BytesIO()
    _Pickler(file, base).dump(value)
    return file.getvalue()


def loads(data, target):
    global _target
    before, _target = _target, target
    try:
        return pickle.loads(data)
    finally:
        _target = before


def dump_callback(callback, base):
    """As `dumps`, with the module's text for what can not travel."""
    try:
        return dumps(callback, base)
    except Exception as exc:
        from . import wording

        name = getattr(callback, '__name__', str(callback))
        raise error(f'Error occured when serialized a python callback, callback={name} error={wording.message(exc)}') from None


class _Pickler(pickle.Pickler):
    def __init__(self, file, base):
        super().__init__(file, protocol=5)
        self._base = base

    def reducer_override(self, value):
        kind = type(value)
        if kind is types.FunctionType:
            return NotImplemented if _importable(value) else self._function(value)
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
            return self._class(value)
        return NotImplemented

    def _function(self, function):
        code = function.__code__
        own = function.__globals__
        of_builder = function.__module__ == _BUILDER
        used = {}
        if not of_builder:
            for name in _global_names(code):
                if name in own and not (name in self._base and self._base[name] is own[name]):
                    used[name] = own[name]
        state = {
            'globals': used,
            'defaults': function.__defaults__,
            'kwdefaults': function.__kwdefaults__,
            'dict': function.__dict__,
            'doc': function.__doc__,
            'qualname': function.__qualname__,
            'module': function.__module__,
        }
        arguments = (marshal.dumps(code), function.__name__, of_builder, function.__closure__)
        return _make_function, arguments, state, None, None, _set_function

    def _class(self, kind):
        hidden = ('__dict__', '__weakref__', '__static_attributes__', '__firstlineno__')
        slots = kind.__dict__.get('__slots__', ())
        slots = (slots,) if isinstance(slots, str) else tuple(slots)
        members = {name: member for name, member in kind.__dict__.items() if name not in hidden and name not in slots}
        start = {'__slots__': slots} if '__slots__' in members else {}
        return _make_class, (type(kind), kind.__name__, kind.__bases__, start), members, None, None, _set_class


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


def _make_function(code, name, of_builder, closure):
    return types.FunctionType(marshal.loads(code), builder.__dict__ if of_builder else _target, name, None, closure)


def _set_function(function, state):
    for name, value in state['globals'].items():
        function.__globals__.setdefault(name, value)
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
