# Checks payments and adds them up by currency. Old card terminals send no currency, and since version 2 those payments fail.


def key(name):
    return '%s:{%s}' % (name, hashtag())


def parse_payment(entry):
    payment = entry['value']
    currency = payment['currency']
    return currency, float(payment['amount'])


def settle(payment):
    currency, amount = payment
    execute('HINCRBYFLOAT', key('settled'), currency, amount)


GB('StreamReader', desc='payment-check').map(parse_payment).foreach(settle).register(
    'payments*', batch=1, onFailedPolicy='continue', mode='async_local'
)
