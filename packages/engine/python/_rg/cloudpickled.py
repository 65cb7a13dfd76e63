"""
The names of cloudpickle. RedisGears runs scripts in the same namespace as cloudpickle, so scripts find these among their globals.
Callbacks are pickled by functions.py, in a format of its own.
"""

import dis
import opcode
import sys
import types

from .functions import CloudPickler, dump, dumps

STORE_GLOBAL = opcode.opmap['STORE_GLOBAL']
DELETE_GLOBAL = opcode.opmap['DELETE_GLOBAL']
LOAD_GLOBAL = opcode.opmap['LOAD_GLOBAL']
GLOBAL_OPS = (STORE_GLOBAL, DELETE_GLOBAL, LOAD_GLOBAL)
HAVE_ARGUMENT = dis.HAVE_ARGUMENT
EXTENDED_ARG = dis.EXTENDED_ARG

_BUILTIN_TYPE_NAMES = {value: name for name, value in vars(types).items() if type(value) is type}


def islambda(func):
    return func.__name__ == '<lambda>'


def _builtin_type(name):
    return getattr(types, name)


def _make__new__factory(type_):
    def _factory():
        return type_.__new__

    return _factory


_get_dict_new, _get_frozenset_new, _get_list_new, _get_set_new, _get_tuple_new, _get_object_new = map(
    _make__new__factory, (dict, frozenset, list, set, tuple, object)
)
_BUILTIN_TYPE_CONSTRUCTORS = {
    factory(): factory
    for factory in (_get_dict_new, _get_frozenset_new, _get_set_new, _get_list_new, _get_tuple_new, _get_object_new)
}


def _walk_global_ops(code):
    for instruction in dis.get_instructions(code):
        if instruction.opcode in GLOBAL_OPS:
            yield instruction.opcode, instruction.arg


def is_tornado_coroutine(func):
    gen = sys.modules.get('tornado.gen')
    return hasattr(gen, 'is_coroutine_function') and gen.is_coroutine_function(func)


def _rebuild_tornado_coroutine(func):
    from tornado import gen

    return gen.coroutine(func)


def subimport(name):
    __import__(name)
    return sys.modules[name]


def dynamic_subimport(name, vars):
    module = types.ModuleType(name)
    module.__dict__.update(vars)
    return module


def _restore_attr(obj, attr):
    vars(obj).update(attr)
    return obj


def _gen_ellipsis():
    return Ellipsis


def _gen_not_implemented():
    return NotImplemented


def instance(cls):
    return cls()


@instance
class _empty_cell_value:
    """The marker of an empty cell."""


def _make_empty_cell():
    return types.CellType()


def _get_cell_contents(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return _empty_cell_value


def cell_set(cell, value):
    cell.cell_contents = value


def _make_cell_set_template_code():
    return cell_set.__code__


_cell_set_template_code = _make_cell_set_template_code()


def _make_skel_func(code, cell_count, base_globals=None):
    names = base_globals if isinstance(base_globals, dict) else {}
    closure = tuple(types.CellType() for _ in range(cell_count)) if cell_count >= 0 else None
    return types.FunctionType(code, names, None, None, closure)


def _fill_function(func, state):
    for name, value in state.get('globals', {}).items():
        func.__globals__.setdefault(name, value)
    func.__defaults__ = state.get('defaults')
    for cell, value in zip(func.__closure__ or (), state.get('closure_values') or ()):
        if value is not _empty_cell_value:
            cell.cell_contents = value
    return func


def _rehydrate_skeleton_class(skeleton_class, class_dict):
    for name, member in class_dict.items():
        setattr(skeleton_class, name, member)
    return skeleton_class


def _is_dynamic(module):
    return not hasattr(module, '__file__') and getattr(module, '__spec__', None) is None
