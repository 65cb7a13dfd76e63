"""
GearsBuilder. Its frames and lambdas are visible to users: in tracebacks as `<string>`, in plans as
`<function GearsBuilder.aggregate.<locals>.<lambda> …>`, so their names and nesting are the original's.
"""

import copy

from .api import execute
from .errors import error
from .plan import OPERATIONS, gearsCtx


def shardReaderCallback():
    from . import host

    yield host.shard_id()


def _keys_only_reader(pattern, count, noScan, patternGenerator):
    def keys():
        match, exact = patternGenerator() if patternGenerator is not None else (pattern, noScan)
        if exact:
            # A shard that the key does not belong to has nothing to give, which is no error.
            try:
                found = execute('EXISTS', match) == 1
            except error:
                return
            if found:
                yield match
            return
        cursor = '0'
        while True:
            cursor, found = execute('SCAN', cursor, 'MATCH', match, 'COUNT', count)
            yield from found
            if cursor == '0':
                return

    return keys


class GearsBuilder:
    def __init__(self, reader='KeysReader', defaultArg='*', desc=None):
        self.realReader = reader
        if reader in ('ShardsIDReader', 'KeysOnlyReader'):
            reader = 'PythonReader'
        self.reader = reader
        self.gearsCtx = gearsCtx(reader, desc)
        self.defaultArg = defaultArg

    def __localAggregateby__(self, extractor, zero, aggregator):
        self.gearsCtx.operate(
            'localgroupby',
            (lambda x: extractor(x), lambda k, a, r: aggregator(k, a if a else copy.deepcopy(zero), r)),
        )
        return self

    def aggregate(self, zero, seqOp, combOp):
        self.gearsCtx.operate('accumulate', (lambda a, r: seqOp(a if a else copy.deepcopy(zero), r),))
        self.gearsCtx.operate('collect', ())
        self.gearsCtx.operate('accumulate', (lambda a, r: combOp(a if a else copy.deepcopy(zero), r),))
        return self

    def aggregateby(self, extractor, zero, seqOp, combOp):
        self.__localAggregateby__(extractor, zero, seqOp)
        self.gearsCtx.operate(
            'groupby',
            (lambda x: x['key'], lambda k, a, r: combOp(k, a if a else copy.deepcopy(zero), r['value'])),
        )
        return self

    def count(self):
        self.gearsCtx.operate('accumulate', (lambda a, r: 1 + (a if a else 0),))
        self.gearsCtx.operate('collect', ())
        self.gearsCtx.operate('accumulate', (lambda a, r: r + (a if a else 0),))
        return self

    def countby(self, extractor=lambda x: x):
        return self.aggregateby(extractor, 0, lambda k, a, r: 1 + a, lambda k, a, r: r + a)

    def avg(self, extractor=lambda x: float(x)):
        self.map(extractor)
        self.aggregate((0, 0), lambda a, r: (a[0] + r, a[1] + 1), lambda a, r: (a[0] + r[0], a[1] + r[1]))
        self.map(lambda x: x[0] / x[1])
        return self

    def sort(self, reverse=True):
        # The lists are this step's own: extending them in place keeps it linear.
        self.aggregate([], lambda a, r: a.append(r) or a, lambda a, r: a.extend(r) or a)
        self.map(lambda x: sorted(x, reverse=reverse))
        self.flatmap(lambda x: x)
        return self

    def distinct(self):
        self.aggregate(set(), lambda a, r: a.add(r) or a, lambda a, r: a | r)
        self.flatmap(lambda x: list(x))
        return self

    def run(self, arg=None, convertToStr=True, collect=True, **kargs):
        if self.realReader == 'KeysOnlyReader':
            keys = {name: kargs.pop(name, default) for name, default in _KEYS_ONLY.items()}
            for name in kargs:
                raise TypeError(f"KeysOnlyReader() got an unexpected keyword argument '{name}'")
        if convertToStr:
            self.map(lambda x: str(x))
        if collect:
            self.collect()
        arg = arg if arg else self.defaultArg
        if self.realReader == 'ShardsIDReader':
            arg = shardReaderCallback
        elif self.realReader == 'KeysOnlyReader':
            arg = _keys_only_reader(arg, **keys)
        return self.gearsCtx.run(arg, **kargs)

    def register(self, prefix='*', convertToStr=True, collect=True, **kargs):
        if convertToStr:
            self.map(lambda x: str(x))
        if collect:
            self.collect()
        kargs['prefix'] = prefix
        return self.gearsCtx.register(**kargs)


_KEYS_ONLY = {'count': 1000, 'noScan': False, 'patternGenerator': None}


def _operation(name):
    def deco(self, *args):
        self.gearsCtx.operate(name, args)
        return self

    return deco


for _name in OPERATIONS:
    setattr(GearsBuilder, _name, _operation(_name))

GB = GearsBuilder

__all__ = ['GearsBuilder', 'GB', 'gearsCtx', 'error']
