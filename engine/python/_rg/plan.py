"""gearsCtx: the steps a builder collects, and the checks of `run` and `register` (protocol 3.2)."""

import types

from . import context, host, steps
from .errors import error

READERS = ('KeysReader', 'StreamReader', 'PythonReader', 'CommandReader')
KEY_TYPES = ('string', 'list', 'hash', 'set', 'zset', 'module', 'stream', 'empty')
POLICIES = ('continue', 'abort', 'retry')
OPERATIONS = {
    'map': 1,
    'flatmap': 1,
    'filter': 1,
    'foreach': 1,
    'accumulate': 1,
    'groupby': 2,
    'batchgroupby': 2,
    'localgroupby': 2,
    'repartition': 1,
    'collect': 0,
    'limit': None,
}

_MAPPER = 'RedisGearsPy_PyCallbackMapper'
_TO_RECORD = 'RedisGearsPy_ToPyRecordMapper'
_EXTRACTOR = 'RedisGearsPy_PyCallbackExtractor'


def _is_function(value):
    return type(value) is types.FunctionType


class Plan:
    """What an execution needs: reader, steps and session; frozen when it is run or registered."""

    __slots__ = ('reader', 'steps', 'session', 'function', 'on_registered', 'id')
    count = 0

    def __init__(self, reader, steps, session, function=None, on_registered=None):
        self.reader = reader
        self.steps = steps
        self.session = session
        # The function of a PythonReader.
        self.function = function
        self.on_registered = on_registered
        Plan.count += 1
        self.id = Plan.count

    def triples(self):
        return [(step.type, step.name, step.arg) for step in self.steps]


class gearsCtx:
    def __init__(self, reader='KeysReader', desc=None):
        if type(reader) is not str:
            raise error('reader argument must be a string')
        if reader not in READERS:
            raise error('the given reader are not exists' if host.version == '1.0' else 'The given reader does not exists')
        if desc is not None and type(desc) is not str:
            raise error('desc argument must be a string')
        self.reader = reader
        self.desc = desc
        self.session = context.session()
        self.steps = [steps.Step('map', _TO_RECORD)]
        self.used = False
        self.session.builders.add(self)
        self.number = host.builder_created(self.session.id)

    def _add(self, type, name, callback=None):
        self.steps.append(steps.Step(type, name, callback))

    def _check_open(self):
        if self.used and host.version == '1.0':
            raise error('invalid execution was used, execution was already run/registered')

    # -- operations -----------------------------------------------------------------------------------------------------------

    def operate(self, name, arguments):
        self._check_open()
        count = OPERATIONS[name]
        if name == 'limit':
            if len(arguments) not in (1, 2):
                raise error('wrong number of args to limit function')
            for argument, label in zip(arguments, ('limit', 'offset')):
                if isinstance(argument, bool) or not isinstance(argument, int):
                    raise error(f'{label} argument must be a number')
        elif len(arguments) != count:
            raise error(f'wrong number of args to {name} function')
        elif count == 2:
            for argument, label in zip(arguments, ('extractor', 'reducer')):
                if not _is_function(argument):
                    raise error(f'{name} {label} argument must be a function')
        elif count == 1 and not _is_function(arguments[0]):
            raise error(f'{name} argument must be a function')
        getattr(self, '_' + name)(*arguments)

    def _map(self, f):
        self._add('map', _MAPPER, f)

    def _flatmap(self, f):
        if host.version == '1.0':
            self._add('flatmap', 'RedisGearsPy_PyCallbackFlatMapper', f)
            return
        self._add('map', 'RedisGearsPy_PyCallbackFlatMapper', f)
        self._add('flatmap', 'flatmap')

    def _filter(self, f):
        self._add('filter', 'RedisGearsPy_PyCallbackFilter', f)

    def _foreach(self, f):
        self._add('foreach', 'RedisGearsPy_PyCallbackForEach', f)

    def _accumulate(self, f):
        self._add('accumulate', 'RedisGearsPy_PyCallbackAccumulate', f)

    def _localgroupby(self, extractor, reducer):
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('accumulatebykey', 'RedisGearsPy_PyCallbackAccumulateByKey', reducer)
        self._add('map', _TO_RECORD)

    def _groupby(self, extractor, reducer):
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('repartition', 'repartition')
        self._add('accumulatebykey', 'RedisGearsPy_PyCallbackAccumulateByKey', reducer)
        self._add('map', _TO_RECORD)

    def _batchgroupby(self, extractor, reducer):
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('repartition', 'repartition')
        self._add('group', 'group')
        self._add('reduce', 'RedisGearsPy_PyCallbackReducer', reducer)
        self._add('map', _TO_RECORD)

    def _repartition(self, extractor):
        self._add('extractkey', _EXTRACTOR, extractor)
        self._add('repartition', 'repartition')
        self._add('map', 'GetValueMapper')

    def _collect(self):
        self._add('collect', 'collect')

    def _limit(self, length, offset=0):
        self._add('limit', 'limit', (length, offset))

    # -- run ------------------------------------------------------------------------------------------------------------------

    def run(self, arg, mode='async', **options):
        self._check_open()
        if self.reader == 'CommandReader':
            raise error('Given reader do not support run or not exists')
        if type(mode) is not str:
            raise error('execution mode must be a string')
        if mode not in ('async', 'async_local') or (host.version == '1.0' and mode != 'async'):
            raise error('unknown execution mode')
        function, spec = None, {}
        if self.reader == 'PythonReader':
            if arg is None:
                raise error('python reader function is not given')
            if not _is_function(arg):
                raise error('pyreader argument must be a function')
            function = arg
        elif self.reader == 'KeysReader':
            spec = _keys_run(arg, options)
        else:
            spec = _stream_run(arg, options)
        plan = Plan(self.reader, self.steps, self.session, function)
        return self._run(plan, mode, spec)

    def _run(self, plan, mode, spec):
        from . import session

        self.used = True
        self.steps = list(self.steps)
        session.plans[plan.id] = plan
        data = session.pickled(plan) if host.distributed(mode) else None
        # Awaiting it gives [[results], [errors]]. It is made first: the run may be over before anyone awaits it.
        future = session.future_of(plan)
        execution = context.execution()
        refusal = host.run(
            self.session.id,
            plan.id,
            host.encode({'mode': mode, 'reader': self.reader, 'spec': spec, 'steps': plan.triples()}),
            data,
            execution.id if execution is not None else -1,
        )
        if refusal:
            session.drop_plan(plan.id)
            raise error(refusal)
        return future

    # -- register -------------------------------------------------------------------------------------------------------------

    def register(self, **options):
        self._check_open()
        if self.reader == 'PythonReader':
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
        spec = check[self.reader](options, mode)
        return self._register(mode, spec, on_registered)

    def _register(self, mode, spec, on_registered):
        from . import session

        self.used = True
        plan = Plan(self.reader, list(self.steps), self.session, None, on_registered)
        data = session.pickled(plan)
        session.plans[plan.id] = plan
        answer = host.register(
            self.session.id,
            plan.id,
            host.encode({'mode': mode, 'reader': self.reader, 'desc': self.desc, 'spec': spec, 'steps': plan.triples(), 'builder': self.number}),
            data,
        )
        if answer.startswith('-'):
            del session.plans[plan.id]
            raise error(answer[1:])
        return answer if host.version != '1.0' else None


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
    commands = _strings(options.get('commands'), 'commands', 'command type')
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
        # The original divides by it and dies.
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
    trigger, hook, key_prefix = (options.get(name) for name in ('trigger', 'hook', 'keyprefix'))
    in_order = options.get('inorder', False)
    if trigger is not None:
        if type(trigger) is not str:
            raise error('trigger argument is not string')
        if hook is not None or key_prefix is not None:
            raise error('trigger argument can not be given with keyprefix or hook')
    else:
        if hook is None:
            raise error(
                'trigger argument was not given' if host.version == '1.0' else 'no trigger or hook argument was given'
            )
        if type(hook) is not str:
            raise error('hook argument is not string')
        if key_prefix is not None and type(key_prefix) is not str:
            raise error('keyprefix argument is not string')
    if type(in_order) is not bool:
        raise error('inorder argument is be boolean')
    return {'trigger': trigger, 'hook': hook, 'keyPrefix': key_prefix, 'inorder': in_order}
