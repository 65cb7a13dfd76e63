import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** The modules that read a clock themselves: one for the engine, which imports nothing of lib, one for all else. */
const CLOCKS: readonly string[] = ['packages/engine/clock.ts', 'packages/gears/vocabulary/clock.ts']

/** The files that may read the wall clock: each for a moment that people read, or that another program has to understand. */
const STAMPS: Readonly<Record<string, string>> = {
  'lib/server/auth/oidc/provider.ts': 'what a provider’s stamps are compared with',
  'packages/gears/connection-test/index.ts': 'how long certificates are still valid',
  'components/shared/page/download.ts': 'the name of a file',
  'components/ui/charts/frame.tsx': 'the axis of a chart without points',
  'packages/engine/shard/commands/keys/dump.ts': 'expiry, as RESTORE takes it',
  'packages/engine/shard/commands/expiry.ts': 'expiry, as in Redis',
  'packages/engine/shard/commands/server/info.ts': 'server_time_usec',
  'packages/engine/shard/commands/keys/keys.ts': 'expiry, as in Redis',
  'packages/engine/shard/commands/server/server.ts': 'TIME',
  'packages/engine/shard/commands/streams/stream-groups.ts':
    'idle times of messages and consumers: Redis counts them from stamps that XCLAIM sets and dumps carry',
  'packages/engine/shard/commands/streams/stream-read.ts':
    'when a message was delivered and a consumer seen, which dumps carry',
  'packages/engine/shard/commands/streams/streams.ts': 'ids of messages',
  'packages/engine/shard/commands/data/strings.ts': 'expiry, as in Redis',
  'packages/engine/shard/gears/stream-reader.ts': 'the lag of a message, whose id tells when it was added',
  'packages/engine/shard/clients/monitors.ts': 'the time of a line of MONITOR',
  'packages/engine/main/shard-link.ts': 'when a shard ended, for INFO',
  'packages/engine/shard/slowlog.ts': 'when a slow command ran',
  'packages/engine/shard/statistics.ts': 'LASTSAVE',
  'packages/engine/shard/keys/database.ts': 'expiry, as in Redis',
  'packages/engine/shard/keys/rdb/file.ts': 'keys that expired before they were loaded',
  'lib/api/server-clock.ts': 'ages, until the feed has brought the time of the server',
  'lib/server/operations/exports.ts':
    'what the ages in a filter, and the steps that a series keeps, are counted against',
  'lib/server/operations/views.ts': 'when a view was saved',
  'lib/server/door/tls.ts': 'the dates of a certificate',
  'lib/server/engine-reports.ts': 'when the engine came into its state, by which pages count ages',
  'lib/server/auth/api-tokens.ts': 'when a token was made and used, and whether it has expired',
  'lib/server/auth/people.ts': 'when users, passwords and grants were made',
  'lib/server/auth/sessions.ts': 'when a session began, for the store, and how much of it is left after a restart',
  'lib/server/handlers/connections.ts': 'the time of this server, by which pages count ages',
  'lib/server/history/sqlite/files/database.ts': 'the names of files, and when they were found',
  'lib/server/history/sqlite/sqlite-store.ts':
    'the names of files, and the clock against which the record holds the steady one',
  'lib/server/history/sqlite/files/writer-lock.ts': 'the name of a file, and when it was found',
  'lib/server/hub/publish/feed.ts': 'versions that are larger than those of an earlier run',
  'lib/server/hub/hub.ts': 'when a sample was taken, a shard left, and the range that is asked of the record',
  'lib/server/hub/poll/inquiry.ts': 'when a costly question was answered',
  'lib/server/hub/poll/read-results.ts': 'when reading results broke a connection',
  'lib/server/hub/poll/polled-shard.ts': 'when a shard answered',
  'lib/server/hub/streams/stream-inspector.ts': 'when streams were looked at',
  'lib/server/http/live-stream.ts': 'the time of this server, by which pages count ages',
  'lib/server/connection/profiling.ts':
    'since when a run is profiled, the audit log, and a mark that changes as it is renewed',
  'lib/server/alerts/clocks.ts': 'when an alert begins and ends, and until when it is muted',
  'lib/server/alerts/deliveries.ts': 'when a test was sent, for the delivery log',
  'lib/server/alerts/receiver-queue.ts': 'when an attempt was made and when the next is due, which outlive a restart',
  'lib/server/alerts/receivers/webhook.ts':
    'when a message was sent, which is signed, and what the date of a Retry-After is counted from',
  'lib/server/runtime.ts': 'when Gearboard started',
  'lib/server/connection/shared-read.ts': 'when an answer that pages share was asked for',
  'lib/server/connection/source-store.ts': 'when a script was sent',
  'lib/server/connections/connection-settings.ts': 'when a connection was changed',
  'lib/server/alerts/alert-receivers.ts': 'when a receiver was changed',
  'lib/server/alerts/alerts-of.ts': 'the time of this server, by which pages count ages',
  'lib/server/connection/own-action.ts': 'the audit log',
  'lib/server/http/write-attempt.ts': 'the audit log',
  'packages/gears/link/topology.ts': 'when the slot map was read',
}

interface Reading {
  readonly file: string
  readonly line: number
  readonly what: string
}

/** Where a file asks what time it is; `new Date(at)` only writes a moment that is known. */
function readingsOf(file: string, text: string): Reading[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Reading[] = []
  const note = (node: ts.Node, what: string) =>
    found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, what })
  const visit = (node: ts.Node): void => {
    const named =
      ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) ? node.expression : undefined
    const owner = named && ts.isIdentifier(named) ? named.text : undefined
    // In brackets it may be any name of it.
    const name = !named ? '' : ts.isPropertyAccessExpression(node) ? node.name.text : 'now'
    if (owner === 'Date' && name === 'now') note(node, 'Date.now')
    if (owner === 'performance' && /^(now|timeOrigin)$/.test(name)) note(node, `performance.${name}`)
    if (owner === 'process' && /^(hrtime|uptime)$/.test(name)) note(node, `process.${name}`)
    if (ts.isIdentifier(node) && node.text === 'Date' && !isNaming(node)) {
      const { parent } = node
      if (ts.isNewExpression(parent) && parent.expression === node && !parent.arguments?.length)
        note(node, 'new Date()')
      else if (ts.isCallExpression(parent) && parent.expression === node) note(node, 'Date()')
      else if (
        !ts.isNewExpression(parent) &&
        !ts.isPropertyAccessExpression(parent) &&
        !ts.isElementAccessExpression(parent)
      )
        note(node, 'Date')
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** A type, or a property of that name. */
const isNaming = ({ parent }: ts.Node): boolean =>
  ts.isTypeReferenceNode(parent) ||
  (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)

const sources = ['app', 'bin', 'components', 'lib', 'packages', 'instrumentation.ts'].flatMap((top) =>
  top.endsWith('.ts')
    ? [top]
    : readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' })
        .map((name) => join(top, name))
        .filter((name) => /\.(tsx?|mjs)$/.test(name) && !/(\.test|testing)\.tsx?$|(^|\/)test(ing)?\//.test(name)),
)
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const readings = sources.flatMap((file) => readingsOf(file, textOf(file)))

describe('the clocks', () => {
  test('are read in one module of each program', () => {
    expect(
      readings.filter(({ file }) => !CLOCKS.includes(file) && !file.startsWith('bin/')),
      `Take steadyMs for spans, deadlines and ages, wallMs for stamps, both of ${CLOCKS.join(' or ')}.`,
    ).toEqual([])
    for (const clock of CLOCKS)
      expect(readings.filter(({ file }) => file === clock).map(({ what }) => what)).toEqual([
        'Date.now',
        'performance.now',
      ])
  })

  test('of which the programs in bin, which import neither module, read the steady one only', () => {
    const programs = readings.filter(({ file }) => file.startsWith('bin/'))
    expect(programs.length).toBeGreaterThan(0)
    expect(programs.filter(({ what }) => what !== 'performance.now')).toEqual([])
  })

  test('of which the one on the wall is read for stamps only', () => {
    const readers = sources.filter((file) => !CLOCKS.includes(file) && /\bwall(Ms|Micros)\b/.test(textOf(file)))
    expect(
      readers.sort(),
      'Spans are measured with steadyMs. A new kind of stamp is named in STAMPS, with what it is.',
    ).toEqual(Object.keys(STAMPS).sort())
  })
})

test.each([
  ['const a = Date.now()', 'Date.now'],
  ['const now = Date.now', 'Date.now'],
  ["Date['now']()", 'Date.now'],
  ['new Date()', 'new Date()'],
  ['new Date', 'new Date()'],
  ['Date()', 'Date()'],
  ['const { now } = Date', 'Date'],
  ['f(performance.now)', 'performance.now'],
  ['performance.timeOrigin', 'performance.timeOrigin'],
  ['process.hrtime.bigint()', 'process.hrtime'],
  ['process.uptime()', 'process.uptime'],
])('is found: %s', (text, what) => {
  expect(readingsOf('x.ts', text).map((reading) => reading.what)).toEqual([what])
})

test.each(['new Date(at).toISOString()', 'Date.parse(text)', 'Date.UTC(1, 2)', 'x instanceof Date', 'type A = Date'])(
  'is no reading of a clock: %s',
  (text) => {
    expect(readingsOf('x.ts', text)).toEqual([])
  },
)
