# Who is in the shop now, by device.
GB('KeysReader', desc='Sessions by device').map(lambda session: session['value'].split('|')[0]).countby().sort().run(
    'session:*'
)
