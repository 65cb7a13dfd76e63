"""Gives error messages of CPython 3.14 the wording of 3.7, because clients match on RedisGears' error texts."""

import ast
import dis
import errno
import os
import re

_INVALID = 'invalid syntax'
_EOF = 'unexpected EOF while parsing'
_CLOSERS = {'(': ')', '[': ']', '{': '}'}
_SYNTAX = [
    (r'unterminated triple-quoted f?-?string literal.*', 'EOF while scanning triple-quoted string literal'),
    (r'unterminated f?-?string literal.*', 'EOL while scanning string literal'),
    (r'expected an indented block.*', 'expected an indented block'),
    (r'unmatched .*', _INVALID),
    (r'closing parenthesis .*', _INVALID),
    (r'invalid syntax\..*', _INVALID),
    (r'[Ee]xpected .*', _INVALID),
    (r'.* only supported in Python 3\.\d+ and greater', _INVALID),
    (r'(?:leading zeros in|invalid (?:hexadecimal|octal|binary) literal|invalid digit).*', 'invalid token'),
    (r'invalid decimal literal', _INVALID),
    (r'bytes can only contain ASCII literal characters', 'bytes can only contain ASCII literal characters.'),
    (r'keyword argument repeated: .*', 'keyword argument repeated'),
    (r"f-string: valid expression required before '}'", 'f-string: empty expression not allowed'),
    (r'cannot assign to (?:None|True|False|__debug__)', "can't assign to keyword"),
    (r"cannot assign to (.*?)(?: here)?(?:\. Maybe you meant .*)?", r"can't assign to \1"),
    (r"cannot delete (.*)", r"can't delete \1"),
]
# Errors that 3.7 finds while parsing; it reports all others only after it has read the whole source.
_GRAMMAR = re.compile(
    r'invalid (?:syntax|token|character in identifier)|EOL .*|unexpected indent|unindent .*|inconsistent use .*|Missing parentheses .*'
)
_RUNTIME = [
    (TypeError, r'^(?:[\w<>]+\.)+([\w<>]+\(\) (?:missing|takes|got) .*)$', r'\1'),
    (TypeError, r"^cannot use '.*' as a (?:dict key|set element) \((unhashable type: '.*')\)$", r'\1'),
    (TypeError, r"^((?:int|float)\(\) argument must be .*) a real number, not (.*)$", r'\1 a number, not \2'),
    (TypeError, r"^(string indices must be integers), not '.*'$", r'\1'),
    (TypeError, r"^cannot pickle '(.*)' objects?$", r"can't pickle \1 objects"),
    (ValueError, r'^(too many values to unpack \(expected \d+), got \d+\)$', r'\1)'),
    (ValueError, r'^expected a (?:nonnegative|positive|noninteger) input(?:, got .*)?$', 'math domain error'),
    (ValueError, r'^(max|min)\(\) iterable argument is empty$', r'\1() arg is an empty sequence'),
    (ValueError, r'^((?:month|hour|minute|second|microsecond) must be in \d+\.\.\d+), not .*$', r'\1'),
    (IndexError, r'^Replacement index \d+ out of range for positional args tuple$', 'tuple index out of range'),
    (TypeError, r'^(%.) format: a real number is required, not (.*)$', r'\1 format: a number is required, not \2'),
    (TypeError, r'^isinstance\(\) arg 2 must be a type, a tuple of types, or a union$', 'isinstance() arg 2 must be a type or tuple of types'),
    (TypeError, r'^issubclass\(\) arg 2 must be a class, a tuple of classes, or a union$', 'issubclass() arg 2 must be a class or tuple of classes'),
    (TypeError, r'^reduce\(\) of empty iterable with no initial value$', 'reduce() of empty sequence with no initial value'),
    (TypeError, r'^Strings must be encoded before hashing$', 'Unicode-objects must be encoded before hashing'),
    (TypeError, r"^expected string or bytes-like object, got '.*'$", 'expected string or bytes-like object'),
    (AttributeError, r'^(.*) and no __dict__ for setting new attributes$', r'\1'),
    (ZeroDivisionError, r'^zero to a negative power$', '0.0 cannot be raised to a negative power'),
    (OverflowError, r"^\(68, 'Result not representable'\)$", "(34, 'Numerical result out of range')"),
    (
        UnboundLocalError,
        r"^cannot access local variable '(.*)' where .*$",
        r"local variable '\1' referenced before assignment",
    ),
    (
        NameError,
        r"^cannot access free variable '(.*)' where .*$",
        r"free variable '\1' referenced before assignment in enclosing scope",
    ),
]
_BINARY_OP_NAMES = {'//': 'floor', '//=': 'floor', '%': 'modulo', '%=': 'modulo', '/': 'true', '/=': 'true'}


def syntax(exc, source):
    """The exception that 3.7 raises for this SyntaxError."""
    text, line = _first(exc, source)
    if text.startswith('inconsistent use of tabs'):
        kind = TabError
    elif re.match(r'expected an indented block|unexpected (?:indent|unindent)|unindent ', text):
        kind = IndentationError
    else:
        kind = SyntaxError
    told = exc if type(exc) is kind else kind(text)
    told.msg, told.filename, told.lineno = text, exc.filename, line
    told.args = (text,)
    return told


def _first(exc, source, tries=20):
    """
    The error that 3.7 reports, which is the first in the source. 3.14 reports a tokenizer error (a bracket, a literal) before a grammar
    error above it.
    """
    found = _syntax(exc, source)
    for _ in range(tries):
        line = exc.lineno
        if line is None or line < 2:
            break
        rows = source.split('\n')
        source = '\n'.join(rows[: line - 1])
        try:
            compile(source, '<above>', 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
            break
        except SyntaxError as earlier:
            exc = earlier
        text, _ = above = _syntax(exc, source)
        if text == 'unexpected unindent':
            # 3.7 reports a decorator without a function where its block ends.
            return text, line
        if text == 'expected an indented block' and exc.offset != 0:
            # A block is missing at the end of the cut source; 3.7 looks for it in the next line.
            header = rows[(exc.lineno or 1) - 1]
            if _indent(rows[line - 1]) <= _indent(header):
                return text, line
            break
        # 3.14 reports no column for a decorator without a function.
        if not _GRAMMAR.fullmatch(text) or exc.offset == 0 or (exc.msg or '').startswith("expected 'except'"):
            break
        found = above
    return found


def _indent(row):
    return len(row) - len(row.lstrip())


def _syntax(exc, source):
    text, line = exc.msg or '', exc.lineno
    last = source.rstrip('\n').count('\n') + 1
    if re.fullmatch(r"'[\[({]' was never closed", text):
        # 3.7 reads on until a token cannot stand inside the bracket, or until the end.
        return _unclosed(source, text[1], last)
    if text == "expected 'except' or 'finally' block" and line is not None and line >= last:
        return _EOF, last
    character = re.fullmatch(r"invalid (?:non-printable )?character .*?U\+([0-9A-F]+)\)?", text)
    if character:
        return 'invalid character in identifier' if int(character[1], 16) > 127 else _INVALID, line
    statement = re.match(r"Missing parentheses in call to '(print|exec)'", text)
    if statement:
        return _old_statement(statement, exc.text or ''), line
    if text == 'invalid decimal literal' and re.search(r'\d_(?!\w)', exc.text or ''):
        return 'invalid token', line
    for pattern, words in _SYNTAX:
        match = re.fullmatch(pattern, text)
        if match:
            text = match.expand(words)
            break
    return text, last if text.startswith('EOF ') else line


def _unclosed(source, bracket, last, tries=20):
    for _ in range(tries):
        source += f'\n{_CLOSERS[bracket]}'
        try:
            compile(source, '<unclosed>', 'exec', dont_inherit=True)
        except SyntaxError as exc:
            text = exc.msg or ''
            if re.fullmatch(r"'[\[({]' was never closed", text):
                bracket = text[1]
                continue
            if exc.lineno is not None and exc.lineno <= last:
                return _syntax(exc, source)[0], exc.lineno
        break
    return _EOF, last


def _old_statement(match, line):
    """The message for a statement of Python 2; 3.7 suggests the call to write instead."""
    if match[1] == 'exec':
        return match[0]
    argument = line.strip()[len('print ') :].partition(';')[0].rstrip()
    return f"{match[0]}. Did you mean print({argument}{' end=" "' if argument.endswith(',') else ''})?"


def message(exc):
    if isinstance(exc, SyntaxError):
        return str(exc)
    if isinstance(exc, ZeroDivisionError) and str(exc) == 'division by zero':
        return _division(exc)
    text = str(exc)
    if isinstance(exc, OSError) and exc.errno is not None and exc.strerror == os.strerror(exc.errno):
        # The system's number is converted; a number that the script chose stays.
        return re.sub(r'^\[Errno (\d+)\]', _linux, text)
    for kind, pattern, words in _RUNTIME:
        if isinstance(exc, kind):
            match = re.match(pattern, text, re.DOTALL)
            if match:
                return match.expand(words)
    return text


# Linux error numbers by name; WebAssembly numbers errors differently.
_LINUX = {
    'EPERM': 1, 'ENOENT': 2, 'EBADF': 9, 'EACCES': 13, 'EEXIST': 17, 'ENOTDIR': 20, 'EISDIR': 21, 'EINVAL': 22, 'EROFS': 30,
    'ENOTEMPTY': 39, 'ECONNREFUSED': 111, 'EHOSTUNREACH': 113,
}


def _linux(match):
    number = int(match[1])
    return f'[Errno {_LINUX.get(errno.errorcode.get(number), number)}]'


def _division(exc):
    """3.14 says `division by zero` for every operator, 3.7 names the operator: take it from the failing
    instruction.
    """
    text = str(exc)
    traceback = exc.__traceback__
    if text != 'division by zero' or traceback is None:
        return text
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    for instruction in dis.get_instructions(traceback.tb_frame.f_code):
        if instruction.offset == traceback.tb_lasti and instruction.opname == 'BINARY_OP':
            operator = _BINARY_OP_NAMES.get(instruction.argrepr)
            return 'integer division or modulo by zero' if operator in ('floor', 'modulo') else text
    return text
