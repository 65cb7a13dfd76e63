# Checks payments and adds them up by currency. A payment without a currency counts as EUR.


def key(name):
    return '%s:{%s}' % (name, hashtag())


def parse_payment(entry):
    payment = entry['value']
    currency = payment.get('currency', 'EUR')
    return currency, float(payment['amount'])


def settle(payment):
    currency, amount = payment
    execute('HINCRBYFLOAT', key('settled'), currency, amount)


GB('StreamReader', desc='payment-check').map(parse_payment).foreach(settle).register(
    'payments*', batch=1, onFailedPolicy='continue', mode='async_local'
)
