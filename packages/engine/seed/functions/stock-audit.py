# Counts the stock by hand, whenever somebody sets the key job:stock-audit. The wait stands for the counting, and takes no CPU.
import asyncio

AUDIT_S = 30


def products(job):
    names, cursor = [], None
    while cursor != '0':
        cursor, found = execute('SCAN', cursor or '0', 'MATCH', 'product:*', 'COUNT', 100)
        names += found
    return names


async def count_each(names):
    for name in names:
        await asyncio.sleep(AUDIT_S / len(names))
    return names


def still_sold(name):
    return execute('EXISTS', name) == 1


audit = GB('KeysReader', desc='stock-audit').map(products).map(count_each).flatmap(lambda names: names)
audit.filter(still_sold).count().register('job:stock-audit*', eventTypes=['set'], mode='async_local')
