# Settles payments by currency. Old card terminals send no currency, and those payments fail.
CLUSTER = False


def key(name):
    return '%s:{%s}' % (name, hashtag()) if CLUSTER else name


def parse_payment(entry):
    payment = entry['value']
    currency = payment['currency']
    return currency, float(payment['amount'])


def settle(payment):
    currency, amount = payment
    execute('HINCRBYFLOAT', key('settled'), currency, amount)


GB('StreamReader', desc='Settle payments').map(parse_payment).foreach(settle).register(
    'payments*', batch=1, onFailedPolicy='continue', mode='async_local'
)
