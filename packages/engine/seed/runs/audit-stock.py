# Simulates a stock audit by hand, which takes long but needs little CPU time.
import time

AUDIT_S = 40


def products():
    names, cursor = [], None
    while cursor != '0':
        cursor, found = execute('SCAN', cursor or '0', 'MATCH', 'product:*', 'COUNT', 100)
        names += found
    for name in names:
        yield name, AUDIT_S / len(names)


def count_product(product):
    name, seconds = product
    time.sleep(seconds)
    return name


GB('PythonReader', desc='Stock audit').map(count_product).filter(lambda name: execute('EXISTS', name) == 1).count().run(
    products, mode='async_local'
)
