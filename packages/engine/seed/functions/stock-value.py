# The value of the stock by category: a run over all products, on every shard.
def stock_value(product):
    worth = float(product['value']['price']) * int(product['value']['stock'])
    return {'category': product['value']['category'], 'worth': worth}


def in_words(group):
    return '%s %.2f' % (group['key'], group['value'])


GB('KeysReader', desc='stock-value').map(stock_value).aggregateby(
    lambda product: product['category'],
    0.0,
    lambda category, total, product: total + product['worth'],
    lambda category, total, part: total + part,
).map(in_words).sort().run('product:*')
