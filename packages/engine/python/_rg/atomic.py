"""The server lock that `with atomic():` holds."""

from . import host
from .errors import error


class PyAtomic:
    """The context manager of `with atomic():`."""

    __module__ = 'redisgears'
    depth = 0

    def __enter__(self, *_arguments):
        # Version 1.0 counts nested blocks instead.
        if PyAtomic.depth and host.version != '1.0':
            raise error('Already inside an atomic block')
        PyAtomic.depth += 1
        if PyAtomic.depth == 1:
            host.lock()
        return self

    def __exit__(self, *_exc):
        # Version 1.0 crashes here.
        if not PyAtomic.depth:
            raise error('Not inside an atomic block')
        PyAtomic.depth -= 1
        if not PyAtomic.depth:
            host.unlock()
