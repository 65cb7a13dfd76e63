# Reports the revenue of the shop by category, in their order, whenever somebody sets the key job:sales-report.


def revenue(job):
    totals = execute('HGETALL', 'revenue:{%s}' % hashtag())
    return [{'category': name, 'total': float(total)} for name, total in zip(totals[::2], totals[1::2])]


def in_words(group):
    return '%s %.2f' % (group['key'], group['value'])


GB('KeysReader', desc='sales-report').flatmap(revenue).aggregateby(
    lambda sale: sale['category'],
    0.0,
    lambda category, total, sale: total + sale['total'],
    lambda category, total, part: total + part,
).map(in_words).sort().register('job:sales-report*', eventTypes=['set'], mode='async')
