# Follows carts from the first article to the till, or to their end by neglect.
CLUSTER = False


def key(name):
    return '%s:{%s}' % (name, hashtag()) if CLUSTER else name


def follow(record):
    if record['event'] == 'expired':
        execute('LPUSH', key('abandoned'), record['key'])
        execute('LTRIM', key('abandoned'), 0, 99)
        return
    articles = sum(int(quantity) for quantity in (record['value'] or {}).values())
    execute('ZADD', key('carts-by-size'), articles, record['key'])
    execute('ZREMRANGEBYRANK', key('carts-by-size'), 0, -51)


GB('KeysReader', desc='Follows carts').foreach(follow).register(
    'cart:*', eventTypes=['hset', 'expired'], mode='async_local'
)
