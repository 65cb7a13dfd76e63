# Processes orders: takes the products from stock and adds the total to the revenue.


def key(name):
    return '%s:{%s}' % (name, hashtag())


def with_total(entry):
    order = entry['value']
    order['total'] = round(float(order['price']) * int(order['quantity']), 2)
    return order


def update_shop(order):
    stock = execute('HINCRBY', order['product'], 'stock', -int(order['quantity']))
    execute('HINCRBYFLOAT', key('revenue'), order['category'], order['total'])
    execute('ZINCRBY', key('bestsellers'), order['quantity'], order['product'])
    if stock < 0:
        execute('HSET', order['product'], 'stock', 60)


GB('StreamReader', desc='order-pipeline').map(with_total).foreach(update_shop).count().register(
    'orders*', batch=5, duration=2000, mode='async_local'
)
