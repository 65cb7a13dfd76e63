# Tracks the largest open carts, and carts that were abandoned. Version 2 renders a reminder for each and keeps it: memory grows.
MOST_REMINDERS = 20000
LINE = '<li>%s of %s are waiting in your cart. Shall we keep them for you until tomorrow?</li>'
reminders = []


def key(name):
    return '%s:{%s}' % (name, hashtag())


def remind(record):
    items = (record['value'] or {}).items()
    reminders.append(''.join(LINE % (quantity, product) for product, quantity in items))
    # The example shop runs for weeks: it begins again before memory is full.
    if len(reminders) > MOST_REMINDERS:
        reminders.clear()


def track_cart(record):
    if record['event'] == 'expired':
        execute('LPUSH', key('abandoned'), record['key'])
        execute('LTRIM', key('abandoned'), 0, 99)
        return
    items = sum(int(quantity) for quantity in (record['value'] or {}).values())
    execute('ZADD', key('carts-by-size'), items, record['key'])
    execute('ZREMRANGEBYRANK', key('carts-by-size'), 0, -51)
    remind(record)


GB('KeysReader', desc='cart-tracker').foreach(track_cart).register(
    'cart:*', eventTypes=['hset', 'expired'], mode='async_local'
)
