"""CPython 3.7's words where today's CPython says the same thing otherwise: clients match on the module's texts."""

import re

_INVALID = 'invalid syntax'
_SYNTAX = [
    (r"'[\[({]' was never closed", 'unexpected EOF while parsing'),
    (r'unterminated triple-quoted f?-?string literal.*', 'EOF while scanning triple-quoted string literal'),
    (r'unterminated f?-?string literal.*', 'EOL while scanning string literal'),
    (r'expected an indented block.*', 'expected an indented block'),
    (r'unmatched .*', _INVALID),
    (r'closing parenthesis .*', _INVALID),
    (r'invalid syntax\..*', _INVALID),
    (r'expected .*', _INVALID),
    (r'invalid (decimal|hexadecimal|octal|binary) literal', _INVALID),
    (r"cannot assign to (.*?)(?: here)?(?:\. Maybe you meant .*)?", r"can't assign to \1"),
    (r"cannot delete (.*)", r"can't delete \1"),
]
_RUNTIME = [
    (TypeError, r'^(?:[\w<>]+\.)+([\w<>]+\(\) (?:missing|takes|got) .*)$', r'\1'),
    (TypeError, r"^cannot use '.*' as a (?:dict key|set element) \((unhashable type: '.*')\)$", r'\1'),
    (TypeError, r"^((?:int|float)\(\) argument must be .*) a real number, not (.*)$", r'\1 a number, not \2'),
    (TypeError, r"^(string indices must be integers), not '.*'$", r'\1'),
    (TypeError, r"^cannot pickle '(.*)' objects?$", r"can't pickle \1 objects"),
    (ValueError, r'^(too many values to unpack \(expected \d+), got \d+\)$', r'\1)'),
    (ValueError, r'^expected a (?:nonnegative|positive|noninteger) .* got .*$', 'math domain error'),
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
    """Rewrites message and line of a SyntaxError in place."""
    for pattern, words in _SYNTAX:
        match = re.fullmatch(pattern, exc.msg or '')
        if match:
            exc.msg = match.expand(words)
            break
    if exc.msg == 'unexpected EOF while parsing':
        # 3.7 blames the line where the source ends, not the one that opened the bracket.
        exc.lineno = len(source.rstrip('\n').split('\n'))
    exc.args = (exc.msg,)
    return exc


def message(exc):
    if isinstance(exc, SyntaxError):
        return str(exc)
    if isinstance(exc, ZeroDivisionError):
        return _division(exc)
    text = str(exc)
    for kind, pattern, words in _RUNTIME:
        if isinstance(exc, kind):
            match = re.match(pattern, text, re.DOTALL)
            if match:
                return match.expand(words)
    return text


def _division(exc):
    """3.14 says `division by zero` for every operator; 3.7 named it. The failing instruction tells which it was."""
    text = str(exc)
    traceback = exc.__traceback__
    if text != 'division by zero' or traceback is None:
        return text
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    import dis

    for instruction in dis.get_instructions(traceback.tb_frame.f_code):
        if instruction.offset == traceback.tb_lasti and instruction.opname == 'BINARY_OP':
            operator = _BINARY_OP_NAMES.get(instruction.argrepr)
            return 'integer division or modulo by zero' if operator in ('floor', 'modulo') else text
    return text
