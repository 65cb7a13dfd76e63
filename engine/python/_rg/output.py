"""Results on their way to the client (protocol 4.6), as JSON values the shard makes replies of."""

from .errors import printable

_INT64 = 1 << 63
_SAFE = 1 << 53
# Clients parse replies recursively; no sane result comes near.
MAX_DEPTH = 256


class Unsendable(Exception):
    pass


def results(records, fail):
    """Texts are JSON strings. What cannot be sent is reported through `fail` and left out."""
    if all(type(record) is str and record.isascii() for record in records):
        return records
    sent = []
    for record in records:
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
        return number if -_SAFE < number < _SAFE else {'i': str(number)}
    if isinstance(record, float):
        return {'t': f'{record:f}'}
    if isinstance(record, str):
        return text(str(record))
    if kind is bytes:
        return {'b': record.decode('latin-1')}
    return {'t': 'PY RECORD'}


def text(record):
    if not record.isascii() and printable(record) != record and _surrogate(record):
        raise Unsendable(
            f"Error type: <class 'UnicodeEncodeError'>, Value: 'utf-8' codec can't encode character in result {printable(record)}"
        )
    return record


def _surrogate(record):
    return any('\ud800' <= character <= '\udfff' for character in record)
