# The moving average of simulated sales of every product: about 0.1 s of CPU time.
import math


def forecast(product):
    price = float(product['value']['price'])
    sales = [price * (1 + 0.2 * math.sin(day / 7)) for day in range(400)]
    return sum(sum(sales[day : day + 7]) / 7 for day in range(393)) / 393


GB('KeysReader', desc='Price forecast').map(forecast).avg().run('product:*')
