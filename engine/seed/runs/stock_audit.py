# Someone walks past every shelf of this shard and counts: long, and hardly any work.
import time

WALK_S = 40


def shelves():
    names, cursor = [], None
    while cursor != '0':
        cursor, found = execute('SCAN', cursor or '0', 'MATCH', 'product:*', 'COUNT', 100)
        names += found
    for name in names:
        yield name, WALK_S / len(names)


def count(shelf):
    name, walk = shelf
    time.sleep(walk)
    return name


GB('PythonReader', desc='Stock audit').map(count).filter(lambda name: execute('EXISTS', name) == 1).count().run(
    shelves, mode='async_local'
)
