"""
Compiles scripts, which arrive as bytes: a byte-order mark and a coding cookie (PEP 263) apply, a NUL ends the script, and invalid UTF-8
matters only in strings and names. Sources are read as CPython 3.7 reads a C string, with its error messages.
"""

import ast
import builtins
import codecs
import re

from . import lines, wording

_BOM = b'\xef\xbb\xbf'
_COOKIE = re.compile(rb'^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)', re.ASCII)
_BLANK = re.compile(rb'^[ \t\f]*(?:#.*)?$')
# A byte that is not valid UTF-8 becomes one of these characters, so that the script can be compiled. No script contains them.
_UNREADABLE = 0x10FE00
_UNREADABLE_TEXT = re.compile('[\U0010fe80-\U0010feff]')
_PYTHON = (3, 7)
# Longer scripts are checked by 3.14's grammar only: a syntax tree of Python objects needs too much memory.
_CHECKED = 256 * 1024


def compiled(data):
    """Compiles a script up to its first NUL. A SyntaxError has the message and line of 3.7."""
    return _compiled(decoded(data.partition(b'\0')[0]))


def _compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **options):
    """The `compile` that scripts call: it accepts and refuses the same source as running it would."""
    if filename == '<string>' and mode == 'exec' and not flags and isinstance(source, (str, bytes)):
        if '\0' in source if isinstance(source, str) else b'\0' in source:
            raise ValueError('source code string cannot contain null bytes')
        return _compiled(source if isinstance(source, str) else decoded(source))
    return _original(source, filename, mode, flags, dont_inherit, optimize, **options)


_original = compile


def install():
    builtins.compile = _compile


def _compiled(source):
    try:
        code = _original(source, '<string>', 'exec', dont_inherit=True)
        if len(source) > _CHECKED:
            return code
        try:
            tree = ast.parse(source, '<string>', feature_version=_PYTHON)
            _check_texts(source, tree)
            return _original(lines.as_before(tree), '<string>', 'exec', dont_inherit=True)
        except RecursionError:
            return code
    except SyntaxError as exc:
        raise wording.syntax(exc, source) from None


def _check_texts(source, tree):
    """Raises for invalid UTF-8 in string literals; in comments it is allowed."""
    if _UNREADABLE_TEXT.search(source):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _UNREADABLE_TEXT.search(node.value):
                _decode_text(node)


def _decode_text(node):
    try:
        b''.join(
            bytes([ord(character) - _UNREADABLE]) if _UNREADABLE_TEXT.match(character) else character.encode('utf-8', 'surrogatepass')
            for character in node.value
        ).decode('utf-8')
    except UnicodeDecodeError as exc:
        raise _error(f'(unicode error) {exc}', node.end_lineno) from None


def decoded(data):
    """Decodes bytes as the tokenizer of 3.7 does."""
    data = data.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
    bom = data.startswith(_BOM)
    if bom:
        data = data[len(_BOM) :]
    codec = _cookie(data)
    if codec is None or codec == 'utf-8':
        return data.decode('utf-8', _STAND_IN)
    if bom:
        raise _error(f'encoding problem: {codec} with BOM', 0)
    try:
        return data.decode(codec)
    except (LookupError, ValueError) as exc:
        raise _error(str(exc), 0) from None


def _cookie(data):
    """The codec that the coding cookie names: in the first line, or in the second if the first is blank or a comment."""
    for line in data.split(b'\n', 2)[:2]:
        found = _COOKIE.match(line)
        if found:
            return _normal(found[1].decode('ascii'))
        if not _BLANK.match(line):
            return None
    return None


def _normal(name):
    """The tokenizer's name for a codec."""
    plain = name[:12].lower().replace('_', '-')
    if plain == 'utf-8' or plain.startswith('utf-8-'):
        return 'utf-8'
    for latin in ('latin-1', 'iso-8859-1', 'iso-latin-1'):
        if plain == latin or plain.startswith(latin + '-'):
            return 'iso-8859-1'
    return name


def _stand_in(exc):
    return ''.join(chr(_UNREADABLE + byte) for byte in exc.object[exc.start : exc.end]), exc.end


_STAND_IN = 'gears-unreadable'
codecs.register_error(_STAND_IN, _stand_in)


def _error(message, line):
    return SyntaxError(message, ('<string>', line, None, None))
