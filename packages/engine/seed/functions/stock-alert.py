# Keeps the list of products that are low on stock, updated in the command that changes the stock.
LOW = 10


def key(name):
    return '%s:{%s}' % (name, hashtag())


def is_product(record):
    return record['type'] == 'hash' and 'stock' in record['value']


def update_low_stock(record):
    low = int(record['value']['stock']) < LOW
    execute('SADD' if low else 'SREM', key('low-stock'), record['key'])


GB('KeysReader', desc='stock-alert').filter(is_product).foreach(update_low_stock).register(
    'product:*', eventTypes=['hset', 'hincrby'], keyTypes=['hash'], mode='sync'
)
