# Keeps the list of articles that run out, in the very moment their stock changes.
CLUSTER = False


def key(name):
    return '%s:{%s}' % (name, hashtag()) if CLUSTER else name


def is_product(record):
    return record['type'] == 'hash' and 'stock' in record['value']


def guard(record):
    low = int(record['value']['stock']) < 10
    execute('SADD' if low else 'SREM', key('low-stock'), record['key'])


GB('KeysReader', desc='Guards the stock').filter(is_product).foreach(guard).register(
    'product:*', eventTypes=['hset', 'hincrby'], keyTypes=['hash'], mode='sync'
)
