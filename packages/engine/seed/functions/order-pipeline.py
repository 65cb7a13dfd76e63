# Processes orders: takes the products from stock, reserves a delivery slot and adds the total to the revenue.
import time


def key(name):
    return '%s:{%s}' % (name, hashtag())


def with_total(entry):
    order = entry['value']
    order['total'] = round(float(order['price']) * int(order['quantity']), 2)
    return order


def reserve_slot(order):
    # Version 2 asks the courier for each order on its own. The wait stands for the courier's answer.
    time.sleep(0.02)
    order['slot'] = 'morning' if int(order['quantity']) < 3 else 'afternoon'
    return order


def update_shop(order):
    stock = execute('HINCRBY', order['product'], 'stock', -int(order['quantity']))
    execute('HINCRBYFLOAT', key('revenue'), order['category'], order['total'])
    execute('ZINCRBY', key('bestsellers'), order['quantity'], order['product'])
    execute('HINCRBY', key('slots'), order['slot'], 1)
    if stock < 0:
        execute('HSET', order['product'], 'stock', 60)


GB('StreamReader', desc='order-pipeline').map(with_total).map(reserve_slot).foreach(update_shop).count().register(
    'orders*', batch=5, duration=2000, mode='async_local'
)
