# Who is in the shop now, by device.
GB('KeysReader', desc='Sessions by device').map(lambda session: session['value'].split('|')[0]).countby().map(
    lambda group: '%s %d' % (group['key'], group['value'])
).sort().run('session:*')
