"""The exceptions of RedisGears, and the error text that it makes of any exception (protocol 4.6)."""

import itertools
import linecache
import os
from traceback import format_exception

from . import comprehensions, host, wording


class error(Exception):
    __module__ = 'gears'


class forcestopped(Exception):
    __module__ = 'gears'


class unwinding(BaseException):
    """Raised in an execution that has ended while others were above it on the stack: its code may not handle it as an error."""


class GearsFlatError(Exception):
    """The message becomes the error text unchanged, without a traceback."""


GearsFlatError.__module__ = 'gears'
GearsFlatError.__name__ = GearsFlatError.__qualname__ = 'flat_error'

RUNTIME = os.path.dirname(__file__) + '/'
BUILDER = RUNTIME + 'builder.py'
SHOWN_REPEATS = 3


def _numbered(file):
    """
    Maps lines of the builder that end in `#@ N` to N, their line number in RedisGears. Clients see these numbers and group errors by them.
    """
    with open(file) as source:
        marked = [line.rpartition('#@') for line in source]
    return {number: int(mark) for number, (_, found, mark) in enumerate(marked, 1) if found and mark.strip().isdigit()}


_NUMBERS = _numbered(BUILDER)


def builder_line(line):
    """The line number that RedisGears has for a line of our builder; None if RedisGears has no such line."""
    number = _NUMBERS.get(line)
    if number is None or host.version != '1.0':
        return number
    # Version 1.0 lacks some names at the start of its file, and three lines in KeysOnlyReader.
    return number - (18 if number > 56 else 15)


def _frames(traceback):
    """One text per frame. Like CPython, it prints at most three equal frames in a row."""
    texts = list(_frame_texts(traceback))
    for text, run in itertools.groupby(texts):
        count = len(list(run))
        yield from [text] * min(count, SHOWN_REPEATS)
        if count > SHOWN_REPEATS:
            more = count - SHOWN_REPEATS
            yield f'  [Previous line repeated {more} more time{"s" if more > 1 else ""}]\n'


def _frame_texts(traceback):
    while traceback is not None:
        frame, code = traceback.tb_frame, traceback.tb_frame.f_code
        file, line, at = code.co_filename, traceback.tb_lineno, traceback.tb_lasti
        traceback = traceback.tb_next
        if file == BUILDER:
            file, line = '<string>', builder_line(line)
            if line is None:
                continue
        elif file.startswith(RUNTIME):
            continue
        else:
            for line, name in comprehensions.frames(code, at, line):
                yield f'  File "{file}", line {line}, in {name}\n{_source(file, line, frame.f_globals)}'
            continue
        yield f'  File "{file}", line {line}, in {code.co_name}\n'


def _source(file, line, names):
    """The source line of a library, which RedisGears shows too. Scripts have no file."""
    if file.startswith('<'):
        return ''
    linecache.checkcache(file)
    text = linecache.getline(file, line, names).strip()
    return f'    {text}\n' if text else ''


def _lines(exc, seen):
    seen.add(id(exc))
    cause, context = exc.__cause__, exc.__context__
    if cause is not None and id(cause) not in seen:
        yield from _lines(cause, seen)
        yield '\nThe above exception was the direct cause of the following exception:\n\n'
    elif context is not None and not exc.__suppress_context__ and id(context) not in seen:
        yield from _lines(context, seen)
        yield '\nDuring handling of the above exception, another exception occurred:\n\n'
    frames = list(_frames(exc.__traceback__))
    if frames:
        yield 'Traceback (most recent call last):\n'
        yield from frames
    yield from _last_lines(exc)


def _last_lines(exc):
    kind = type(exc)
    name = _class_name(kind)
    if isinstance(exc, SyntaxError) and exc.filename is not None:
        yield f'  File "{exc.filename}", line {exc.lineno}\n'
        if exc.text:
            yield f'    {exc.text.strip()}\n'
        yield f'{name}: {exc.msg}\n'
        return
    try:
        value = wording.message(exc)
    except Exception:
        value = f'<unprintable {kind.__name__} object>'
    yield f'{name}: {value}\n' if value else f'{name}\n'


def _class_name(kind):
    if host.version == '1.0' and kind is error:
        return 'spam.error'
    module = kind.__module__
    return kind.__qualname__ if module in ('builtins', '__main__') else f'{module}.{kind.__qualname__}'


def render(exc):
    """The error text of an execution or a script."""
    if isinstance(exc, GearsFlatError):
        return str(exc)
    if host.attempt_traceback and any(_frames(exc.__traceback__)):
        return printable(str(list(_lines(exc, set()))))
    return printable(f"Error type: <class '{_class_name(type(exc))}'>, Value: {wording.message(exc)}")


def printable(text):
    """Escapes lone surrogates: they have no UTF-8 encoding and crash RedisGears."""
    return text if text.isascii() else text.encode('utf-8', 'backslashreplace').decode('utf-8')


def traceback_of(exc):
    """The traceback of an error in the runtime itself, for the log."""
    return ''.join(format_exception(exc))
