import type { PythonStats } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import type { ReadAge } from '@/lib/model/cluster/shard'
import type { Deployment } from '@/lib/model/record/deployment'
import type { Growth } from '@/lib/model/record/growth'
import type { Sample } from '@/lib/model/record/sample'
import { answers, endpoint } from '../endpoint'
import { timeRange } from '../time-range'

export interface MemoryReply extends ReadAge {
  readonly shards: readonly ShardAnswer<PythonStats>[]
  readonly samples: readonly Sample[]
}

/** What the recorder makes of memory over time. 503 `no_history` where nothing can be read. */
export const memoryEndpoints = {
  memory: endpoint({
    method: 'GET',
    path: '/api/{connection}/memory',
    access: 'read',
    summary: 'Python memory of every shard, now and over the stored samples (RG.PYSTATS)',
    reply: answers<MemoryReply>(),
  }),
  memoryGrowth: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/growth',
    access: 'read',
    summary: 'Growth of Python memory, in total and for each run of a function, with 95 % intervals',
    query: timeRange,
    reply: answers<Growth>(),
  }),
  deployments: endpoint({
    method: 'GET',
    path: '/api/{connection}/history/deployments',
    access: 'read',
    summary:
      'When functions were deployed, or their registrations first seen, oldest first; the newest 200 of the range',
    query: timeRange,
    reply: answers<{ readonly deployments: readonly Deployment[] }>(),
  }),
} as const
