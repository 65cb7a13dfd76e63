import type { Template } from './template'

/** Scripts that answer to commands. */
export const COMMANDS: readonly Template[] = [
  {
    id: 'command',
    title: 'Command with a reply',
    summary: 'A custom command that reads its arguments and replies.',
    action: 'register',
    tryIt: ['RG.TRIGGER greet world'],
    script: `# RG.TRIGGER greet <name>
def greet(call):
    # call is the trigger, then its arguments, each a str.
    name = call[1] if len(call) > 1 else 'stranger'
    return 'Hello, %s. You are number %d.' % (name, execute('INCR', 'greeted:{%s}' % hashtag()))


gb = GearsBuilder('CommandReader', desc='greet')
gb.map(greet)
gb.register(trigger='greet', mode='async_local')
`,
  },
  {
    id: 'rate-limiter',
    title: 'Rate limiter',
    summary: 'A command that limits a client’s rate. Returns allowed, calls left and seconds to wait.',
    action: 'register',
    tryIt: ['RG.TRIGGERONKEY rate.allow rate:alice 5 60'],
    script: `# RG.TRIGGERONKEY rate.allow <key> <limit> <seconds> → [allowed, left, seconds until it starts again]
# sync: the count and its expiry are one atomic step.
def allow(call):
    key, limit, seconds = call[1], int(call[2]), int(call[3])
    used = execute('INCR', key)
    if used == 1:
        execute('EXPIRE', key, seconds)
    return [1 if used <= limit else 0, max(0, limit - used), execute('TTL', key)]


gb = GearsBuilder('CommandReader', desc='rate limiter')
gb.map(allow)
gb.register(trigger='rate.allow', mode='sync', convertToStr=False)
`,
  },
  {
    id: 'command-hook',
    title: 'Command hook',
    summary: 'Replaces HSET under a prefix and adds the time of the change.',
    action: 'register',
    since: '1.2',
    tryIt: ['HSET user:1 name Ada', 'HGETALL user:1'],
    script: `# Every HSET of a user also sets the field updated.
import time


def stamp(call):
    # call is the command as typed, then its arguments. Never execute HSET here: it would call this hook again, endlessly.
    return call_next(*(call[1:] + ['updated', str(int(time.time()))]))


gb = GearsBuilder('CommandReader', desc='stamp users')
gb.map(stamp)
gb.register(hook='HSET', keyprefix='user:', mode='sync', convertToStr=False)
`,
  },
]
