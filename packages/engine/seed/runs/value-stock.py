# The value of the stock by category.
def stock_value(product):
    return {'category': product['value']['category'], 'worth': float(product['value']['price']) * int(product['value']['stock'])}


GB('KeysReader', desc='Stock value').map(stock_value).aggregateby(
    lambda product: product['category'],
    0.0,
    lambda category, total, product: total + product['worth'],
    lambda category, total, part: total + part,
).map(lambda group: '%s %.2f' % (group['key'], group['value'])).run('product:*')
