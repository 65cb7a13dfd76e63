import type { Template } from './template'

/** Scripts that run once over what is there. */
export const RUNS: readonly Template[] = [
  {
    id: 'word-count',
    title: 'Word count',
    summary: 'Counts the words in all string values under a prefix.',
    action: 'run',
    tryIt: ['SET text:1 "to be or not to be"'],
    script: `# Counts the words in all string values under a prefix.
PREFIX = 'text:*'

gb = GearsBuilder('KeysReader', desc='word count')
gb.filter(lambda r: r['type'] == 'string')
gb.flatmap(lambda r: str(r['value']).lower().split())
gb.countby()
gb.run(PREFIX)
`,
  },
  {
    id: 'delete-by-prefix',
    title: 'Delete by prefix',
    summary: 'Deletes every key under a prefix, on each shard, and returns how many.',
    action: 'run',
    tryIt: ['SET tmp:1 a', 'SET tmp:2 b'],
    script: `# Deletes every key under a prefix. UNLINK frees the memory in the background.
PREFIX = 'tmp:*'

gb = GearsBuilder('KeysOnlyReader', desc='delete by prefix')
gb.map(lambda key: execute('UNLINK', key))
gb.aggregate(0, lambda total, n: total + n, lambda total, n: total + n)
gb.run(PREFIX)
`,
  },
  {
    id: 'monte-carlo-pi',
    title: 'Monte-Carlo pi',
    summary: 'Estimates pi on all shards in parallel: one record for each shard, combined at the end.',
    action: 'run',
    tryIt: [],
    script: `# Throws darts on every shard at once and combines the hits.
import random

THROWS = 200000


def throw(shard):
    hits = 0
    for _ in range(THROWS):
        if random.random() ** 2 + random.random() ** 2 <= 1:
            hits += 1
    return (hits, THROWS)


def add(total, part):
    return (total[0] + part[0], total[1] + part[1])


gb = GearsBuilder('ShardsIDReader', desc='monte-carlo pi')
gb.map(throw)
gb.aggregate((0, 0), add, add)
gb.map(lambda total: 4.0 * total[0] / total[1])
gb.run()
`,
  },
  {
    id: 'key-census',
    title: 'Census of key types',
    summary: 'Counts the keys by their type.',
    action: 'run',
    tryIt: ['SET a 1', 'HSET b f 1'],
    script: `# Counts the keys by type. Streams report the type unknown.
gb = GearsBuilder('KeysReader', desc='census of key types')
gb.countby(lambda r: r['type'])
gb.run('*')
`,
  },
]
