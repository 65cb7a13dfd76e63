"""
GearsBuilder and its helpers. Users see their frames: as `<string>` in tracebacks and profiles, and as `<function
GearsBuilder.aggregate.<locals>.<lambda> …>` in plans. Names and nesting therefore match RedisGears, and each line that can appear in a
traceback ends in `#@` and its line number in RedisGears 1.2.13 (see `errors.builder_line`).
"""

import asyncio
import copy
import cProfile
import io
import pstats
from asyncio.futures import Future

from . import api
from .api import configGet, execute, log
from .flat_execution import PyFlatExecution, gearsCtx


def createKeysOnlyReader(pattern='*', count=1000, noScan=False, patternGenerator=None):
    def keysOnlyReader():
        match, exact = patternGenerator() if patternGenerator is not None else (pattern, noScan)  #@ 50
        if exact:
            # On a shard that does not own the key, EXISTS fails. That shard has no records, which is not an error.
            try:
                found = execute('EXISTS', match) == 1
            except Exception:
                return
            if found:
                yield match
            return
        cursor = '0'
        while True:
            cursor, found = execute('SCAN', cursor, 'MATCH', str(match), 'COUNT', str(count))  #@ 59
            yield from found
            if cursor == '0':
                return

    return keysOnlyReader


def shardReaderCallback():
    yield api.shard_id()


class GearsBuilder:
    def __init__(self, reader='KeysReader', defaultArg='*', desc=None):
        self.realReader = reader
        if reader in ('ShardsIDReader', 'KeysOnlyReader'):
            reader = 'PythonReader'
        self.reader = reader
        self.gearsCtx = gearsCtx(reader, desc)  #@ 84
        self.defaultArg = defaultArg

    def __localAggregateby__(self, extractor, zero, aggregator):
        self.gearsCtx.localgroupby(lambda x: extractor(x), lambda k, a, r: aggregator(k, a if a else copy.deepcopy(zero), r))  #@ 88
        return self

    def aggregate(self, zero, seqOp, combOp):
        self.gearsCtx.accumulate(lambda a, r: seqOp(a if a else copy.deepcopy(zero), r))  #@ 98
        self.gearsCtx.collect()  #@ 99
        self.gearsCtx.accumulate(lambda a, r: combOp(a if a else copy.deepcopy(zero), r))  #@ 100
        return self

    def aggregateby(self, extractor, zero, seqOp, combOp):
        self.__localAggregateby__(extractor, zero, seqOp)  #@ 111
        self.gearsCtx.groupby(lambda r: r['key'], lambda k, a, r: combOp(k, a if a else copy.deepcopy(zero), r['value']))  #@ 112
        return self

    def count(self):
        self.gearsCtx.accumulate(lambda a, r: 1 + (a if a else 0))  #@ 119
        self.gearsCtx.collect()  #@ 120
        self.gearsCtx.accumulate(lambda a, r: r + (a if a else 0))  #@ 121
        return self

    def countby(self, extractor=lambda x: x):
        self.aggregateby(extractor, 0, lambda k, a, r: 1 + a, lambda k, a, r: r + a)  #@ 129
        return self

    def sort(self, reverse=True):
        # Only this step holds the lists, so they can be extended in place, which keeps the sort linear.
        self.aggregate([], lambda a, r: a.append(r) or a, lambda a, r: a.extend(r) or a)  #@ 136
        self.map(lambda r: sorted(r, reverse=_flag(reverse)))  #@ 137
        self.flatmap(lambda r: r)  #@ 138
        return self

    def distinct(self):
        # Only this step holds the sets.
        self.aggregate(set(), lambda a, r: a.add(r) or a, lambda a, r: a | r)  #@ 145
        self.flatmap(lambda x: list(x))  #@ 145
        return self

    def avg(self, extractor=lambda x: float(x)):  #@ 147
        self.map(extractor)  #@ 155
        self.aggregate(
            (0, 0),
            lambda a, r: (a[0] + r, a[1] + 1),  #@ 156
            lambda a, r: (a[0] + r[0], a[1] + r[1]),  #@ 157
        )
        self.map(lambda x: x[0] / x[1])  #@ 157
        return self

    def run(self, arg=None, convertToStr=True, collect=True, **kargs):
        if convertToStr:
            self.gearsCtx.map(lambda x: str(x))  #@ 164
        if collect:
            self.gearsCtx.collect()  #@ 166
        arg = arg if arg else self.defaultArg
        if self.realReader == 'ShardsIDReader':
            arg = shardReaderCallback
        if self.realReader == 'KeysOnlyReader':
            arg = createKeysOnlyReader(arg, **kargs)  #@ 171
        return self.gearsCtx.run(arg, **kargs)  #@ 172

    def register(self, prefix='*', convertToStr=True, collect=True, **kwargs):
        if convertToStr:
            self.gearsCtx.map(lambda x: str(x))  #@ 176
        if collect:
            self.gearsCtx.collect()  #@ 178
        kwargs['prefix'] = prefix
        if 'regex' in kwargs:
            api.log_deprecated_regex()
            kwargs['prefix'] = kwargs['regex']
        return self.gearsCtx.register(**kwargs)  #@ 183


def _flag(reverse):
    """Checks `reverse` as `sorted` of Python 3.7 did; 3.14 accepts any object."""
    if isinstance(reverse, int):
        if not -(1 << 31) <= reverse < 1 << 31:
            size = 'long' if not -(1 << 63) <= reverse < 1 << 63 else 'int'
            raise OverflowError('Python int too large to convert to C long' if size == 'long' else 'signed integer is greater than maximum')
        return reverse
    if isinstance(reverse, float):
        raise TypeError('integer argument expected, got float')
    raise TypeError(f'an integer is required (got type {type(reverse).__name__})')


def createDecorator(f):
    def deco(self, *args):
        f(self.gearsCtx, *args)  #@ 187
        return self

    return deco


k = v = None
for k in [name for name in PyFlatExecution.__dict__ if '_' not in name]:
    if k not in GearsBuilder.__dict__:
        setattr(GearsBuilder, k, createDecorator(PyFlatExecution.__dict__[k]))

GB = GearsBuilder


def gearsConfigGet(key, default=None):
    value = configGet(key)  #@ 202
    return default if value is None else value


def _deprecated(old, name, target):
    def method(*argc, **nargs):
        log(f'{old} is deprecated, use {name} instead', level='warning')
        return target(*argc, **nargs)  #@ 208

    return method


Log = _deprecated('Log', 'log', log)
ConfigGet = _deprecated('ConfigGet', 'configGet', configGet)
GearsConfigGet = _deprecated('GearsConfigGet', 'gearsConfigGet', gearsConfigGet)


class GearsSession:
    """`with GearsSession(s):` runs its block for the owner of `s`, a result of `getGearsSession`. Afterwards no session is set."""

    def __init__(self, s):
        self.s = s

    def __enter__(self):
        api.setGearsSession(self.s)  #@ 218
        return self

    def __exit__(self, exc_type, exc_value, traceback):
        api.setGearsSession(None)


class GearsFuture(Future):
    """The future that the loop's `create_future` and a builder's `run` return."""

    def __init__(self, *, loop=None, gearsSession=None):
        Future.__init__(self, loop=loop)
        self.gearsSession = gearsSession

    def __await__(self):
        if api.isInAtomicBlock():
            raise Exception('await is not allow inside atomic block')  #@ 241
        return (yield from Future.__await__(self))  #@ 243

    __iter__ = __await__


def createFuture():
    return api.event_loop().create_future()


def setFutureResults(f, res):
    api.event_loop().call_soon(_set_result, f, res)


def setFutureException(f, exception):
    api.event_loop().call_soon(_set_exception, f, exception if isinstance(exception, Exception) else Exception(str(exception)))


def _set_result(future, value):
    try:
        future.set_result(value)
    except Exception:
        # RedisGears raises this inside a future that nothing reads.
        pass


def _set_exception(future, exc):
    try:
        future.set_exception(exc)
    except Exception:
        pass


def f(loop):
    api.registerGearsThread()
    asyncio.set_event_loop(loop)
    loop.run_forever()


def runCoroutine(cr, f=None, delay=0, s=None):
    """Schedules `cr` on the event loop after `delay` seconds; its result settles `f`, a gearsFuture."""

    async def runInternal():
        try:
            if delay:
                await asyncio.sleep(delay)
            res = await cr  #@ 285
        except (Exception, asyncio.CancelledError) as exc:
            if f is not None:
                try:
                    f.continueFailed(exc)
                except Exception as failure:
                    log(str(failure))
            return
        if f is not None:
            f.continueRun(res)

    api.start_coroutine(runInternal(), s)


def profilerCreate():
    return cProfile.Profile()


def profileStart(p):
    p.enable()


def profileStop(p):
    p.disable()


def profileGetInfo(p, order):
    stream = io.StringIO()
    table = pstats.Stats(p, stream=stream)
    table.sort_stats(order)
    table.print_stats()
    table.print_callers()
    table.print_callees()
    return stream.getvalue()
