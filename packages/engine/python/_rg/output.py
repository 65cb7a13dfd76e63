"""Converts results to what the shard sends as replies (protocol 4.6)."""

from .errors import printable

_INT64 = 1 << 63
# Clients parse replies recursively, and no useful result is nested this deep.
MAX_DEPTH = 256


class Unsendable(Exception):
    pass


def results(records, fail):
    """
    Converts records. The shard reads the first character of a string as the reply's type and sends bytes unchanged. A record that cannot be
    sent is reported through `fail` and left out.
    """
    sent = []
    for record in records:
        if type(record) is str and record.isascii():
            sent.append(record)
            continue
        try:
            sent.append(value(record))
        except Unsendable as exc:
            fail(str(exc))
    return sent


def value(record, depth=0):
    kind = type(record)
    if kind is str:
        return text(record)
    if isinstance(record, list):
        if depth == MAX_DEPTH:
            raise Unsendable(f"Error type: <class 'ValueError'>, Value: result is nested deeper than {MAX_DEPTH} lists")
        return [value(item, depth + 1) for item in record]
    if isinstance(record, int):
        number = int(record)
        if not -_INT64 <= number < _INT64:
            raise Unsendable("Error type: <class 'OverflowError'>, Value: Python int too large to convert to C long")
        return number
    if isinstance(record, float):
        return f'{record:f}'.encode()
    if isinstance(record, str):
        return text(str(record))
    if kind is bytes:
        return record
    return b'PY RECORD'


def text(record):
    if not record.isascii() and printable(record) != record and _surrogate(record):
        raise Unsendable(
            f"Error type: <class 'UnicodeEncodeError'>, Value: 'utf-8' codec can't encode character in result {printable(record)}"
        )
    return record


def _surrogate(record):
    return any('\ud800' <= character <= '\udfff' for character in record)
