# Counts the sessions in the shop by device.
GB('KeysReader', desc='Sessions by device').map(lambda session: session['value'].split('|')[0]).countby().map(
    lambda group: '%s %d' % (group['key'], group['value'])
).sort().run('session:*')
