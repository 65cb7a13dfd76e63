# Commands for the checkout and the back office: RG.TRIGGER bestsellers 5, RG.TRIGGER restock KEY-OF-PRODUCT 20.


def key(name):
    return '%s:{%s}' % (name, hashtag())


def bestsellers(args):
    count = int(args[1]) if len(args) > 1 else 3
    ranked = execute('ZREVRANGE', key('bestsellers'), 0, count - 1, 'WITHSCORES')
    return ['%s: %s' % pair for pair in zip(ranked[::2], ranked[1::2])]


def restock(args):
    product, quantity = args[1], int(args[2])
    if execute('EXISTS', product) == 0:
        raise ValueError('no such product: %s' % product)
    return execute('HINCRBY', product, 'stock', quantity)


GB('CommandReader', desc='bestsellers').map(bestsellers).register(
    trigger='bestsellers', mode='async_local', convertToStr=False
)
GB('CommandReader', desc='restock').map(restock).register(trigger='restock', mode='sync', convertToStr=False)
