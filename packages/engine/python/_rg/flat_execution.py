"""PyFlatExecution: collects a builder's steps and checks the arguments of `run` and `register` (protocol 3.2)."""

import types

from . import context, host, plans, steps
from .errors import error

READERS = ('KeysReader', 'StreamReader', 'PythonReader', 'CommandReader')
KEY_TYPES = ('string', 'list', 'hash', 'set', 'zset', 'module', 'stream', 'empty')
POLICIES = ('continue', 'abort', 'retry')
_MAPPER = 'RedisGearsPy_PyCallbackMapper'
_TO_RECORD = 'RedisGearsPy_ToPyRecordMapper'
_EXTRACTOR = 'RedisGearsPy_PyCallbackExtractor'
_NOTHING = object()
# RedisGears reads a negative size as an unsigned one, which exceeds any number of records.
_HUGE = 1 << 63


def _is_function(value):
    """In RedisGears its own functions are built-in ones, which steps do not accept."""
    return type(value) is types.FunctionType and value.__module__ != 'redisgears'


def gearsCtx(*arguments):
    """Creates the flat execution behind a builder. Takes reader and description by position only."""
    session = context.session()
    if session is None:
        raise error('Can not create a gearsCtx on a python created thread')
    reader = arguments[0] if arguments else 'KeysReader'
    desc = arguments[1] if len(arguments) > 1 else None
    if not isinstance(reader, str):
        raise error('reader argument must be a string')
    if desc is not None and not isinstance(desc, str):
        raise error('desc argument must be a string')
    if reader not in READERS:
        raise error('the given reader are not exists' if host.version == '1.0' else 'The given reader does not exists')
    built = PyFlatExecution()
    built._open(reader, desc, session)
    return built


class PyFlatExecution:
    __module__ = 'redisgears'

    def _open(self, reader, desc, session):
        self._reader = reader
        self._desc = desc
        self._session = session
        self._steps = [steps.Step('map', _TO_RECORD)]
        self._used = False
        session.builders.add(self)
        self._number = host.builder_created()

    def _add(self, type, name, callback=None):
        self._steps.append(steps.Step(type, name, callback))
        return self

    def _check_open(self):
        if self._used and host.version == '1.0':
            raise error('invalid execution was used, execution was already run/registered')

    # -- operations -----------------------------------------------------------------------------------------------------------

    def _one(self, name, arguments):
        self._check_open()
        if len(arguments) != 1:
            raise error(f'wrong number of args to {name} function')
        if not _is_function(arguments[0]):
            raise error(f'{name} argument must be a function')
        return arguments[0]

    def _two(self, name, arguments):
        self._check_open()
        if len(arguments) != 2:
            raise error(f'wrong number of args to {name} function')
        extractor, reducer = arguments
        if not _is_function(extractor):
            raise error(f'{name} extractor argument must be a function')
        # RedisGears checks the extractor twice and never batchgroupby's reducer.
        if name != 'batchgroupby' and not _is_function(reducer):
            raise error(f'{name} reducer argument must be a function')
        return extractor, reducer

    def map(self, *arguments):
        return self._add('map', _MAPPER, self._one('map', arguments))

    def filter(self, *arguments):
        return self._add('filter', 'RedisGearsPy_PyCallbackFilter', self._one('filter', arguments))

    def batchgroupby(self, *arguments):
        extractor, reducer = self._two('batchgroupby', arguments)
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('repartition', 'repartition')
        self._add('group', 'group')
        self._add('reduce', 'RedisGearsPy_PyCallbackReducer', reducer)
        return self._add('map', _TO_RECORD)

    def groupby(self, *arguments):
        extractor, reducer = self._two('groupby', arguments)
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('repartition', 'repartition')
        self._add('accumulatebykey', 'RedisGearsPy_PyCallbackAccumulateByKey', reducer)
        return self._add('map', _TO_RECORD)

    def localgroupby(self, *arguments):
        # RedisGears reports errors of localgroupby under this name.
        extractor, reducer = self._two('groupby', arguments)
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('accumulatebykey', 'RedisGearsPy_PyCallbackAccumulateByKey', reducer)
        return self._add('map', _TO_RECORD)

    def collect(self, *arguments):
        if host.version == '1.0' and not arguments:
            self._check_open()
        if arguments:
            raise error('wrong number of args to collect function')
        return self._add('collect', 'collect')

    def foreach(self, *arguments):
        return self._add('foreach', 'RedisGearsPy_PyCallbackForEach', self._one('foreach', arguments))

    def repartition(self, *arguments):
        self._add('extractkey', _EXTRACTOR, self._one('repartition', arguments))
        self._add('repartition', 'repartition')
        return self._add('map', 'GetValueMapper')

    def flatmap(self, *arguments):
        callback = self._one('flatmap', arguments)
        if host.version == '1.0':
            return self._add('flatmap', 'RedisGearsPy_PyCallbackFlatMapper', callback)
        self._add('map', 'RedisGearsPy_PyCallbackFlatMapper', callback)
        return self._add('flatmap', 'flatmap')

    def limit(self, *arguments):
        self._check_open()
        if len(arguments) not in (1, 2):
            raise error('wrong number of args to limit function')
        for argument in arguments:
            if not isinstance(argument, int):
                raise error('limit argument must be a number')
            _long(argument, 'limit')
        # RedisGears reads both as unsigned sizes, so a negative number exceeds any number of records.
        length, offset = (argument if argument >= 0 else _HUGE for argument in (*arguments, 0)[:2])
        return self._add('limit', 'limit', (length, offset))

    def accumulate(self, *arguments):
        return self._add('accumulate', 'RedisGearsPy_PyCallbackAccumulate', self._one('accumulate', arguments))

    # -- run ------------------------------------------------------------------------------------------------------------------

    def run(self, arg=_NOTHING, **options):
        self._check_open()
        # Version 1.0 has one mode and no option for it.
        mode = options.get('mode', 'async') if host.version != '1.0' else 'async'
        if self._reader == 'CommandReader':
            raise error('Given reader do not support run or not exists')
        if not isinstance(mode, str):
            raise error('execution mode must be a string')
        if mode not in ('async', 'async_local'):
            raise error('unknown execution mode')
        function, spec = None, {}
        if self._reader == 'PythonReader':
            if arg is None or arg is _NOTHING:
                raise error('python reader function is not given')
            if not _is_function(arg):
                raise error('pyreader argument must be a function')
            function = arg
        elif self._reader == 'KeysReader':
            spec = _keys_run('*' if arg is _NOTHING else arg, options)
        else:
            spec = _stream_run('*' if arg is _NOTHING else arg, options)
        plan = plans.Plan(self._reader, self._steps, self._session, function)
        return self._run(plan, mode, spec)

    def _run(self, plan, mode, spec):
        self._used = True
        self._steps = list(self._steps)
        plans.plans[plan.id] = plan
        data = plans.pickled(plan) if host.distributed(mode) else None
        # The future resolves to [[results], [errors]]. It must exist before the run, which may end before anything awaits it.
        future = plans.future_of(plan)
        execution = context.execution()
        refusal = host.run(
            self._session.id,
            plan.id,
            {'mode': mode, 'reader': self._reader, 'spec': spec, 'steps': plan.triples()},
            data,
            execution.id if execution is not None else -1,
        )
        if refusal:
            plans.drop_plan(plan.id)
            raise error(refusal)
        return future if host.version != '1.0' else None

    # -- register -------------------------------------------------------------------------------------------------------------

    def register(self, **options):
        self._check_open()
        if self._reader == 'PythonReader':
            raise error('given reader does not exists or does not support register')
        mode = options.get('mode', 'async')
        if type(mode) is not str:
            raise error('execution mode must be a string')
        if mode not in ('async', 'async_local', 'sync'):
            raise error('unknown execution mode')
        on_registered = options.get('onRegistered')
        if on_registered is not None and not _is_function(on_registered):
            raise error('OnRegistered argument must be a function')
        check = {'KeysReader': _keys_register, 'StreamReader': _stream_register, 'CommandReader': _command_register}
        spec = check[self._reader](options, mode)
        return self._register(mode, spec, on_registered)

    def _register(self, mode, spec, on_registered):
        self._used = True
        plan = plans.Plan(self._reader, list(self._steps), self._session, None, on_registered)
        data = plans.pickled(plan)
        plans.plans[plan.id] = plan
        answer = host.register(
            self._session.id,
            plan.id,
            {'mode': mode, 'reader': self._reader, 'desc': self._desc, 'spec': spec, 'steps': plan.triples(), 'builder': self._number},
            data,
        )
        if answer.startswith('-'):
            del plans.plans[plan.id]
            raise error(answer[1:])
        return answer if host.version != '1.0' else None


def _long(number, method):
    """RedisGears reports an argument that does not fit a C long only after the call."""
    if not -_HUGE <= number < _HUGE:
        failed = SystemError(f"<method '{method}' of 'redisgears.PyFlatExecution' objects> returned a result with an error set")
        raise failed from OverflowError('Python int too large to convert to C long')


def _keys_run(arg, options):
    if type(arg) is not str:
        raise error('regex argument must be a string')
    no_scan = options.get('noScan', False)
    if type(no_scan) is not bool:
        raise error('exactMatch value is not boolean')
    read_value = options.get('readValue', True)
    if type(read_value) is not bool:
        raise error('readValue value is not boolean')
    return {'pattern': arg, 'noScan': no_scan, 'readValue': read_value}


def _stream_run(arg, options):
    if type(arg) is not str:
        raise error('regex argument must be a string')
    from_id = options.get('fromId', '0-0')
    if type(from_id) is not str:
        raise error('fromId argument must be a string')
    return {'key': arg, 'fromId': from_id}


def _prefix(options):
    prefix = options.get('regex')
    if prefix is None:
        prefix = options.get('prefix', '*')
    if type(prefix) is not str:
        raise error('regex argument must be a string')
    return prefix


def _strings(value, what, each):
    if value is None:
        return None
    try:
        items = list(value)
    except TypeError:
        raise error(f'given {what} is not iterable') from None
    for item in items:
        if type(item) is not str:
            raise error(f'given {each} is not string')
    return items


def _keys_register(options, _mode):
    prefix = _prefix(options)
    event_types = _strings(options.get('eventTypes'), 'eventTypes', 'event type')
    key_types = _strings(options.get('keyTypes'), 'keyTypes', 'key type')
    for key_type in key_types or ():
        if key_type not in KEY_TYPES:
            raise error('unknown key type')
    commands = _strings(options.get('commands') if host.version != '1.0' else None, 'commands', 'command type')
    read_value = options.get('readValue', True)
    if type(read_value) is not bool:
        raise error('readValue is not boolean')
    return {
        'prefix': prefix,
        'eventTypes': event_types,
        'keyTypes': key_types,
        'commands': commands,
        'readValue': read_value,
    }


def _number(options, names, label, default):
    for name in names:
        if name in options:
            value = options[name]
            if not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
                raise error(f'{label} argument must be a number')
            return int(value)
    return default


def _stream_register(options, mode):
    prefix = _prefix(options)
    batch = _number(options, ('batch',), 'batch', 1)
    if batch < 1:
        # RedisGears divides by the batch size and crashes.
        raise error('batch argument must be a positive number')
    duration = _number(options, ('duration',), 'duration', 0)
    policy = options.get('onFailedPolicy', 'continue')
    if type(policy) is not str:
        raise error('onFailedPolicy must be a string (Continue/Abort/Retry)')
    policy = policy.lower()
    if policy not in POLICIES:
        raise error('onFailedPolicy must be Continue/Abort/Retry')
    if mode == 'sync' and policy != 'continue':
        raise error('ExecutionMode sync can only be combined with OnFailedPolicy Continue')
    interval = _number(options, ('onFailedRetryInterval',), 'retryInterval', 1)
    trim = options.get('trimStream', True)
    if type(trim) is not bool:
        raise error('pyTrimmStream argument must be a boolean')
    return {
        'prefix': prefix,
        'batch': batch,
        'duration': max(0, duration),
        'policy': policy,
        'retryInterval': max(0, interval),
        'trim': trim,
    }


def _command_register(options, _mode):
    old = host.version == '1.0'
    trigger, hook, key_prefix = (options.get(name) for name in ('trigger', 'hook', 'keyprefix'))
    if old:
        hook = key_prefix = None
    in_order = options.get('inorder', False)
    if trigger is not None:
        if type(trigger) is not str:
            raise error('trigger argument is not string')
        if hook is not None or key_prefix is not None:
            raise error('trigger argument can not be given with keyprefix or hook')
    else:
        if hook is None:
            raise error('trigger argument was not given' if old else 'no trigger or hook argument was given')
        if type(hook) is not str:
            raise error('hook argument is not string')
        if key_prefix is not None and type(key_prefix) is not str:
            raise error('keyprefix argument is not string')
    if type(in_order) is not bool:
        raise error('inorder argument must be a boolean' if old else 'inorder argument is be boolean')
    return {'trigger': trigger, 'hook': hook, 'keyPrefix': key_prefix, 'inorder': in_order}
