# Tracks the largest open carts, and carts that were abandoned.


def key(name):
    return '%s:{%s}' % (name, hashtag())


def track_cart(record):
    if record['event'] == 'expired':
        execute('LPUSH', key('abandoned'), record['key'])
        execute('LTRIM', key('abandoned'), 0, 99)
        return
    items = sum(int(quantity) for quantity in (record['value'] or {}).values())
    execute('ZADD', key('carts-by-size'), items, record['key'])
    execute('ZREMRANGEBYRANK', key('carts-by-size'), 0, -51)


GB('KeysReader', desc='cart-tracker').foreach(track_cart).register(
    'cart:*', eventTypes=['hset', 'expired'], mode='async_local'
)
