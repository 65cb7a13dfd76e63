"""
The names that a script finds without an import (protocol 4.3). RedisGears runs scripts in the namespace that its own Python was set up in,
so its imports and helpers are there too. Libraries use them, and on other shards they replace a script's globals of the same name.
"""

import __future__

import asyncio
import builtins
import copy
import cProfile
import dis
import functools
import importlib
import importlib.machinery
import io
import itertools
import logging
import opcode
import operator
import pickle
import pstats
import struct
import sys
import threading
import traceback
import types
import weakref

from . import api, builder, cloudpickled, errors, host, loop
from .flat_execution import PyFlatExecution, gearsCtx
from .futures import PyFuture

_MODULES = (dis, importlib, io, itertools, logging, opcode, operator, pickle, struct, sys, traceback, types, weakref, copy)
_MODULES_1_2 = (asyncio, cProfile, pstats)
_BUILDERS = ('GB', 'GearsBuilder', 'createDecorator', 'createKeysOnlyReader', 'shardReaderCallback', 'gearsConfigGet', 'Log', 'ConfigGet', 'GearsConfigGet')
_BUILDERS_1_2 = (
    'Future', 'GearsFuture', 'GearsSession', 'createFuture', 'f', 'profileGetInfo', 'profileStart', 'profileStop', 'profilerCreate',
    'runCoroutine', 'setFutureException', 'setFutureResults',
)
# Script name → the name of the function in `redisgears`.
_FUNCTIONS = {
    'execute': 'executeCommand', 'atomic': 'atomicCtx', 'hashtag': 'getMyHashTag', 'registerTE': 'registerTimeEvent', 'log': 'log',
    'configGet': 'config_get',
}
_FUNCTIONS_1_2 = {
    'call_next': 'callNext', 'get_command': 'getCommand', 'override_reply': 'overrideReply', 'isAsyncAllow': 'isAsyncAllow',
    'isInAtomicBlock': 'isInAtomicBlock', 'gearsFuture': 'gearsFutureCtx', 'getGearsSession': 'getGearsSession',
    'setGearsSession': 'setGearsSession', 'registerGearsThread': 'registerGearsThread', 'flat_error': 'flatError',
}
_MEMBERS_1_2 = (
    'PyExecutionSession', 'callNext', 'flatError', 'gearsFutureCtx', 'getCommand', 'getGearsSession', 'isAsyncAllow', 'isInAtomicBlock',
    'overrideReply', 'registerGearsThread', 'setGearsSession',
)


_AI_TYPES = ('PyGraphRunner', 'PyTensor', 'PyTorchScriptRunner')
_AI_FUNCTIONS = (
    'createModelRunner', 'createScriptRunner', 'createTensorFromBlob', 'createTensorFromValues', 'getTensorFromKey',
    'mgetTensorsFromKeyspace', 'modelRunnerAddInput', 'modelRunnerAddOutput', 'modelRunnerRun', 'msetTensorsInKeyspace',
    'scriptRunnerAddInput', 'scriptRunnerAddInputList', 'scriptRunnerAddOutput', 'scriptRunnerRun', 'setTensorInKey',
    'tensorGetDataAsBlob', 'tensorGetDims', 'tensorToFlatList',
)
_AI_FUNCTIONS_1_2 = ('createDAGRunner', 'modelRunnerRunAsync', 'scriptRunnerRunAsync')


def _module(name):
    """Creates a module that looks built-in."""
    module = types.ModuleType(name, f'export methods provide by {name}.')
    module.__spec__ = importlib.machinery.ModuleSpec(name, importlib.machinery.BuiltinImporter, origin='built-in')
    module.__loader__ = importlib.machinery.BuiltinImporter
    module.__package__ = ''
    return module


def redisAI():
    """The module `redisAI` of a server without RedisAI."""
    module = _module('redisAI')
    old = host.version == '1.0'
    for name in _AI_TYPES if old else (*_AI_TYPES, 'PyDAGRunner'):
        setattr(module, name, type(name, (), {'__module__': 'redisAI'}))
    for name in _AI_FUNCTIONS if old else _AI_FUNCTIONS + _AI_FUNCTIONS_1_2:
        setattr(module, name, _not_loaded)
    return module


def _not_loaded(*_arguments, **_options):
    raise errors.error('RedisAI is not loaded, it is not possible to use AI interface.')


def redisgears():
    """The module `redisgears`. Libraries tell 1.2 from 1.0 by its members."""
    module = _module('redisgears')
    old = host.version == '1.0'
    for member in api.MEMBERS:
        name = member.__name__
        if not old or name not in _MEMBERS_1_2:
            setattr(module, name, member)
    module.gearsCtx = gearsCtx
    module._saveGlobals = _saveGlobals
    module.PyFlatExecution = PyFlatExecution
    module.GearsError = errors.error
    module.GearsForceStopped = errors.forcestopped
    if not old:
        module.PyFuture = PyFuture
        module.GearsFlatError = errors.GearsFlatError
    return module


def _saveGlobals(*_arguments):
    """Does nothing: RedisGears calls it once from its own Python, at start."""


gearsCtx.__module__ = _saveGlobals.__module__ = 'redisgears'


def base(module):
    """The base globals by name; `module` is redisgears."""
    old = host.version == '1.0'
    names = {name: value for name, value in vars(cloudpickled).items() if _shown(name, value)}
    for each in _MODULES if old else _MODULES + _MODULES_1_2:
        names[each.__name__] = each
    names.update(
        partial=functools.partial,
        Pickler=pickle._Pickler,
        StringIO=io.BytesIO,
        load=pickle.load,
        loads=pickle.loads,
        DEFAULT_PROTOCOL=pickle.HIGHEST_PROTOCOL,
        PY3=True,
        string_types=(str,),
        print_function=__future__.print_function,
        str=str,
        k='__doc__',
        v=type,
    )
    functions = _FUNCTIONS if old else _FUNCTIONS | _FUNCTIONS_1_2
    names.update((name, getattr(module, member)) for name, member in functions.items())
    for name in _BUILDERS if old else _BUILDERS + _BUILDERS_1_2:
        names[name] = value = getattr(builder, name)
        if value.__module__ == builder.__name__:
            value.__module__ = 'not_main'
    names.update(redisgears=module, rg=module, gearsCtx=gearsCtx, PyFlatExecution=PyFlatExecution, genDeprecated=_genDeprecated(names))
    if not old:
        names.update(Thread=threading.Thread, loop=loop.loop, t=_loop_thread(), requested_base_globals=None)
    names.update(
        __name__='not_main',
        __builtins__=builtins,
        __doc__=None,
        __annotations__={},
        __loader__=None,
        __package__=None,
        __spec__=None,
    )
    return names


def _shown(name, value):
    """True for the names of cloudpickled.py that scripts see: all but its module imports."""
    return not name.startswith('__') and (not isinstance(value, types.ModuleType))


def _genDeprecated(names):
    def genDeprecated(deprecatedName, name, target):
        names[deprecatedName] = builder._deprecated(deprecatedName, name, target)

    return genDeprecated


def _loop_thread():
    """In RedisGears, the event loop runs in this thread."""
    thread = threading.Thread(target=builder.f, args=(loop.loop,))
    thread._started.set()
    return thread
