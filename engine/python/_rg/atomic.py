"""The server lock that `with atomic():` holds."""

from . import host
from .errors import error


class PyAtomic:
    """`with atomic():` holds the server lock."""

    __module__ = 'redisgears'
    depth = 0

    def __enter__(self, *_arguments):
        # 1.0 counts.
        if PyAtomic.depth and host.version != '1.0':
            raise error('Already inside an atomic block')
        PyAtomic.depth += 1
        if PyAtomic.depth == 1:
            host.lock()
        return self

    def __exit__(self, *_exc):
        # 1.0 dies of it.
        if not PyAtomic.depth:
            raise error('Not inside an atomic block')
        PyAtomic.depth -= 1
        if not PyAtomic.depth:
            host.unlock()
