import type { Template } from './template'

/** Scripts that answer to key events, stream entries and time. */
export const EVENTS: readonly Template[] = [
  {
    id: 'key-expiry',
    title: 'Key expiry',
    summary: 'Records each expired key under a prefix in a stream.',
    action: 'register',
    tryIt: ['SET session:1 x PX 100', 'XRANGE expired:{06S} - +'],
    script: `# Records each expired key in a stream. The hashtag keeps the stream on the shard of the key.
def note(record):
    execute('XADD', 'expired:{%s}' % hashtag(), 'MAXLEN', '10000', '*', 'key', record['key'])


gb = GearsBuilder('KeysReader', desc='key expiry')
gb.foreach(note)
gb.register('session:*', eventTypes=['expired'], readValue=False, mode='async_local')
`,
  },
  {
    id: 'write-behind',
    title: 'Write-behind to a stream',
    summary: 'Records every change of a hash in a stream, atomically with the change.',
    action: 'register',
    tryIt: ['HSET product:1 name chair price 40', 'XRANGE changes:{06S} - +'],
    script: `# Records each change of a product in a stream, in order and atomically with it (sync).
# A consumer, such as a StreamReader function, then writes them to a database in batches.
def record_change(record):
    fields = ['key', record['key'], 'event', record['event']]
    for name, value in (record['value'] or {}).items():
        fields += [name, value]
    execute('XADD', 'changes:{%s}' % hashtag(), '*', *fields)


gb = GearsBuilder('KeysReader', desc='product write-behind')
gb.foreach(record_change)
gb.register('product:*', eventTypes=['hset', 'hincrby', 'hdel', 'del'], mode='sync')
`,
  },
  {
    id: 'stream-retry',
    title: 'Stream processing with retry',
    summary: 'Processes stream entries in batches and retries failed batches, so none is lost.',
    action: 'register',
    tryIt: ['XADD incoming:web * country NO total 12.5', 'HGETALL revenue:{06S}'],
    script: `# Processes up to 100 entries at a time, or all that arrive within a second. A failed batch is retried after 5 s.
# A retry processes the whole batch again, so make the work idempotent.
def add_revenue(entry):
    order = entry['value']
    total = float(order['total'])
    execute('HINCRBYFLOAT', 'revenue:{%s}' % hashtag(), order.get('country', 'unknown'), total)


gb = GearsBuilder('StreamReader', desc='revenue by country')
gb.foreach(add_revenue)
gb.register(
    'incoming:*',
    batch=100,
    duration=1000,
    onFailedPolicy='retry',
    onFailedRetryInterval=5,
    mode='async_local',
)
`,
  },
  {
    id: 'cache-aside',
    title: 'Cache-aside on key miss',
    summary: 'Fills a missing key while the client waits, and replies to the GET with the new value.',
    action: 'register',
    since: '1.2',
    tryIt: ['GET cache:42'],
    script: `# A GET of a missing key loads the value, keeps it for a minute and returns it.
def fetch(key):
    # Query the database here. This runs in the background, so it may block.
    return 'value of ' + key


def fill(record):
    value = fetch(record['key'])
    execute('SET', record['key'], value, 'EX', '60')
    override_reply(value)


gb = GearsBuilder('KeysReader', desc='cache-aside')
gb.foreach(fill)
gb.register('cache:*', commands=['get'], eventTypes=['keymiss'], readValue=False, mode='async_local')
`,
  },
  {
    id: 'scheduled-work',
    title: 'Scheduled work',
    summary: 'Calls a function every few seconds, as long as a key exists.',
    action: 'schedule',
    tryIt: ['HGETALL heartbeat:{06S}', 'DEL timer:{06S}'],
    script: `# Calls a function every 5 s. The timer lives in a key: it survives a restart, and deleting the key stops it.
import time

TIMER = 'timer:{%s}' % hashtag()


def beat():
    execute('HSET', 'heartbeat:{%s}' % hashtag(), 'at', int(time.time()))


if not registerTE(5, beat, TIMER):
    log('already scheduled: delete ' + TIMER + ' first')
`,
  },
]
