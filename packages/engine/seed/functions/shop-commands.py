# Commands for the checkout and the back office: RG.TRIGGER bestsellers 5, RG.TRIGGER restock KEY-OF-PRODUCT 20, RG.TRIGGER cart-total KEY-OF-CART.


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


def cart_total(args):
    cart = execute('HGETALL', args[1])
    total = 0.0
    for product, quantity in zip(cart[::2], cart[1::2]):
        total += float(execute('HGET', product, 'price') or 0) * int(quantity)
    return '%.2f' % total


GB('CommandReader', desc='bestsellers').map(bestsellers).register(
    trigger='bestsellers', mode='async_local', convertToStr=False
)
GB('CommandReader', desc='restock').map(restock).register(trigger='restock', mode='sync', convertToStr=False)
GB('CommandReader', desc='cart-total').map(cart_total).register(trigger='cart-total', mode='async_local')
