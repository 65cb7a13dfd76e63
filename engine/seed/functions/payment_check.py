# Sums up payments by currency. Terminals of the old kind leave the currency out, and then it fails.
CLUSTER = False


def key(name):
    return '%s:{%s}' % (name, hashtag()) if CLUSTER else name


def check(entry):
    payment = entry['value']
    currency = payment['currency']
    return currency, float(payment['amount'])


def settle(payment):
    currency, amount = payment
    execute('HINCRBYFLOAT', key('settled'), currency, amount)


GB('StreamReader', desc='Settles payments').map(check).foreach(settle).register(
    'payments*', batch=1, onFailedPolicy='continue', mode='async_local'
)
