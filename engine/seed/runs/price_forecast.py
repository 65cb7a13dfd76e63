# A moving average over simulated sales of every article: real work for the processor, a tenth of a second of it.
import math


def season(product):
    price = float(product['value']['price'])
    sales = [price * (1 + 0.2 * math.sin(day / 7)) for day in range(400)]
    return sum(sum(sales[day : day + 7]) / 7 for day in range(393)) / 393


GB('KeysReader', desc='Price forecast').map(season).avg().run('product:*')
