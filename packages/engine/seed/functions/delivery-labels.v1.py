# Writes a label for each order that was packed.
import asyncio


def key(name):
    return '%s:{%s}' % (name, hashtag())


async def write_label(entry):
    # The wait stands for the label printer.
    await asyncio.sleep(0.6)
    return entry['value']['product']


def count_labels(product):
    execute('HINCRBY', key('labels'), product, 1)


GB('StreamReader', desc='delivery-labels').map(write_label).foreach(count_labels).register(
    'packed*', batch=5, duration=1000, mode='async_local'
)
