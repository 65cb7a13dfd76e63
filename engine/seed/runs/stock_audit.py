# Someone walks past every shelf and counts: long, and hardly any work.
import time


def shelves():
    for number in range(80):
        yield 'product:%d' % number


def count(name):
    time.sleep(0.5)
    return name


GB('PythonReader', desc='Stock audit').map(count).filter(lambda name: execute('EXISTS', name) == 1).count().run(
    shelves, mode='async_local'
)
