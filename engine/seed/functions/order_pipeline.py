# Books what customers ordered: takes it from stock and adds it to the day's revenue.
CLUSTER = False


def key(name):
    return '%s:{%s}' % (name, hashtag()) if CLUSTER else name


def with_total(entry):
    order = entry['value']
    order['total'] = round(float(order['price']) * int(order['quantity']), 2)
    return order


def book(order):
    left = execute('HINCRBY', order['product'], 'stock', -int(order['quantity']))
    execute('HINCRBYFLOAT', key('revenue'), order['category'], order['total'])
    execute('ZINCRBY', key('bestsellers'), order['quantity'], order['product'])
    if left < 0:
        execute('HSET', order['product'], 'stock', 60)


GB('StreamReader', desc='Books orders').map(with_total).foreach(book).count().register(
    'orders*', batch=5, duration=2000, mode='async_local'
)
