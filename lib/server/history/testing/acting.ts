/**
 * A Gearboard without its server, in which people act: one act after the other, each on its own line of standard output when it is done, as
 * `kept <kind> <number>`, or with the words of the refusal as `refused <kind> <number> <words>`. Behind them, executions are recorded all the time.
 * Ends as Gearboard does on SIGTERM. Arguments: directory, how many acts wait for their answer at a time, acts in all, the user to become.
 */
import { execution } from '@/lib/model/testing'
import { endWith } from '@/lib/server/ending'
import { History } from '@/lib/server/history/history'

const [directory = '', atOnce = '1', most = '1000000', user] = process.argv.slice(2)
if (user !== undefined) {
  process.setgid?.(Number(user))
  process.setuid?.(Number(user))
}

const history = History.open({ data: directory, retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e9 } })
process.once('SIGTERM', () => endWith(() => history.close()))
const say = (words: string) => process.stdout.write(`${words}\n`)

const script = (n: number) => `GB('KeysReader').map(lambda r: ${n}).run()  # ${'x'.repeat(2000)}`
const ACTS = {
  source: (n: number) =>
    history.recordSource(
      {
        id: `source ${n}`,
        connection: 'default',
        at: Date.now(),
        author: 'ada',
        name: `name ${n}`,
        requirements: [],
        options: {},
        outcome: 'sent',
        error: null,
        executionId: null,
        registrations: [],
      },
      script(n),
    ),
  audit: (n: number) =>
    history.store.audit.record({
      at: Date.now(),
      connection: 'default',
      who: 'ada',
      ip: null,
      action: 'submit',
      target: `target ${n}`,
      before: null,
      after: null,
      outcome: 'ok',
      error: null,
    }),
  view: (n: number) =>
    history.store.views.write(`connection ${n}`, {
      id: null,
      page: 'executions',
      name: `view ${n}`,
      query: 'q=1',
      createdAt: 1,
      createdBy: null,
      changedAt: 1,
      changedBy: null,
    }),
  session: (n: number) =>
    history.store.sessions.write({
      digest: `digest ${n}`,
      kind: 'local',
      name: 'ada',
      groups: [],
      ip: null,
      createdAt: 1,
      seenAt: 1,
      sealedBy: null,
      expiresAt: 2 ** 42,
    }),
} as const

async function act(kind: keyof typeof ACTS, n: number): Promise<void> {
  try {
    await ACTS[kind](n)
    say(`kept ${kind} ${n}`)
  } catch (error) {
    say(`refused ${kind} ${n} ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

let sequence = 0
setInterval(() => {
  const at = Date.now()
  for (let i = 0; i < 10; i++) {
    const id = `${'0'.repeat(40)}-${sequence++}`
    history.record((store) =>
      store.executions.record(
        'default',
        execution({ key: id, id, registered: true, firstSeen: at, lastSeen: at, endSeen: at, precisionMs: 1 }),
      ),
    )
  }
}, 20)

function sayState(): void {
  const { state, isFailing: troubled, load } = history
  const audit = history.readIfPossible((store) => store.audit.page({ limit: 500 }).entries.length) ?? null
  say(`state ${JSON.stringify({ ...state, troubled, load, audit })}`)
}
sayState()
setInterval(sayState, 200)
let next = 0
async function actOn(): Promise<void> {
  while (next < Number(most)) {
    const n = next++
    for (const kind of ['source', 'audit', 'view', 'session'] as const) await act(kind, n)
  }
}
await Promise.all(Array.from({ length: Number(atOnce) }, actOn))
