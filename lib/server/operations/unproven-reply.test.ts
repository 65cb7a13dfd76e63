import { beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '@/lib/server/connection/connection'
import { commandRegistration, resp, ScriptedRedis } from '@/test/scripted-redis'
import { closedAfter, until, watch } from '@/test/watched-connection'
import { submit } from './submit'
import { trigger } from './trigger'

const ID = `${'0'.repeat(40)}-1`

let redis: ScriptedRedis
let connection: Connection
/** The session that the next script is registered under, where it is not its own. */
let foreign: string | undefined

const pdOf = (session: string) =>
  `{'sessionName':'${session}', 'sessionDescription':'null', 'refCount': 1, 'linkedTo': primary, 'dead': false, 'isInstallationNeeded':0, 'registrationsList':['${ID}'], 'depsList':[]}`

/** A server on which each script registers the trigger `ask`, and answers it. */
beforeEach(async () => {
  redis = await ScriptedRedis.start()
  foreign = undefined
  closedAfter(() => redis.replay.stop())
  const answer = redis.replay.answer
  redis.replay.answer = (words) => {
    if (words[0] !== 'RG.PYEXECUTE') return answer(words)
    const session = foreign ?? words[words.indexOf('ID') + 1] ?? ''
    redis.registrations = [commandRegistration(ID, 'ask', 0, pdOf(session))]
    return '+OK\r\n'
  }
  redis.instead.set('RG.TRIGGER ASK', resp(['hello']))
  connection = watch(redis.port)
  await until(connection, () => connection.hub.feed.connection.status === 'live' || undefined)
  await connection.known()
})

const asked = () => redis.replay.seen.filter(([name]) => name === 'RG.TRIGGER')
const ask = (override: ('silent-shard' | 'unproven-results')[] = []) =>
  trigger(connection, 'ask', { args: [], override })
const register = (script: string) =>
  submit(connection, {
    script,
    blocking: false,
    requirements: [],
    upgrade: false,
    forceReinstallRequirements: false,
    override: ['unread'],
  })

const REFUSED = {
  code: 'invalid_request',
  message: expect.stringMatching(/^This command may not return text.*override unproven-results/),
  details: [{ at: 'override', message: 'unproven-results' }],
}

const command = (more: string, fn = 'lambda c: c[1]') => `GB('CommandReader').map(${fn}).register(trigger='ask'${more})`

describe('a trigger is sent', () => {
  it.each([
    ['results are made text by default', command('')],
    ['so it says', command(', convertToStr=True')],
    ['what is given has a name', `OPTIONS = {'convertToStr': 1}\n${command(', **OPTIONS')}`],
    ['the function returns text', command(', convertToStr=False', "lambda c: 'hello'")],
    ['it returns a small number, and a list of such', command(', convertToStr=False', 'lambda c: [1, [2, -3], 0.5]')],
    ['it returns what Redis answered', command(', convertToStr=False', "lambda c: [execute('INCR', c[1]), hashtag()]")],
    [
      'others return what they like',
      `GB('CommandReader').register(trigger='other', convertToStr=False)\n${command('')}`,
    ],
  ])('where %s', async (_, script) => {
    await register(script)
    expect(await ask()).toMatchObject({ results: ['hello'] })
  })

  it('where no shard lists it', async () => {
    redis.instead.set('RG.TRIGGER ASK', '-ERR subcommand not found\r\n')
    expect(await ask()).toMatchObject({ error: 'ERR subcommand not found' })
  })
})

describe('a trigger is refused until somebody names that', () => {
  it.each([
    ['its results stay as they are', command(', convertToStr=False')],
    ['only running it tells', `import os\n${command(', convertToStr=os.x')}`],
    ['the options are not known', `import os\n${command(', **os.environ')}`],
    ['a branch decides', `import os\nif os.x:\n  ${command('')}\nelse:\n  ${command(', convertToStr=False')}`],
    [
      'its name is not known',
      `import os\nGB('CommandReader').register(trigger=os.x)\nGB('CommandReader').register(trigger=os.y, convertToStr=False)`,
    ],
    ['a library registers it', 'import lib\nlib.register(GB)'],
    ['the script was too large to be read', `${'# long\n'.repeat(30_000)}${command('')}`],
    ['it returns a number beyond 64 bits', command(', convertToStr=False', 'lambda c: int(c[1])')],
  ])('where %s', async (_, script) => {
    await register(script)
    await expect(ask()).rejects.toMatchObject(REFUSED)
    expect(asked()).toEqual([])
    expect(await ask(['unproven-results'])).toMatchObject({ results: ['hello'] })
  })

  it('where another client registered it', async () => {
    redis.registrations = [commandRegistration(ID, 'ask')]
    await expect(ask()).rejects.toMatchObject(REFUSED)
    expect(asked()).toEqual([])
  })

  it('where another client has it under the id that ours had', async () => {
    await register(command(''))
    await ask()
    redis.registrations = [commandRegistration(ID, 'ask', 0, pdOf('of-somebody-else'))]
    redis.replay.seen.length = 0
    await expect(ask()).rejects.toMatchObject(REFUSED)
    expect(asked()).toEqual([])
  })
})

describe('a blocking run', () => {
  const run = (script: string, more: { blocking: boolean; override?: ['unproven-results'] }) =>
    submit(connection, { script, requirements: [], upgrade: false, forceReinstallRequirements: false, ...more })
  const RAW = [
    "GB('KeysReader').map(lambda r: r['value']).run(convertToStr=False)",
    "GB('ShardsIDReader').map(lambda x: [x, 2 ** int(x, 16)]).run('*', False)",
    'import lib\nlib.start(GB)',
  ]
  it.each(RAW)('is refused where nothing shows that its results are text: %s', async (script) => {
    await expect(run(script, { blocking: true })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/^Not sent\. The results may not be text.*\["unproven-results"\]/),
      details: [{ at: 'unproven-results', message: expect.stringMatching(/^line \d+: .*crashes redis-server/) }],
    })
    expect(redis.replay.seen.filter(([name]) => name === 'RG.PYEXECUTE')).toEqual([])
  })
  it.each(RAW)('is sent where that is named, and where nobody waits for its reply: %s', async (script) => {
    for (const more of [
      { blocking: false },
      { blocking: true, override: ['unproven-results'] as ['unproven-results'] },
    ])
      expect(await run(script, more)).toHaveProperty('kind')
  })
  it.each([
    "GB('KeysReader').map(lambda r: r['value']).run()",
    "GB('KeysReader').map(lambda r: 1).run(convertToStr=False)",
    "GB('KeysReader').map(lambda r: r['value']).register('x*', convertToStr=False)",
  ])('is sent where its reply is text: %s', async (script) => {
    expect(await run(script, { blocking: true })).toHaveProperty('kind')
  })
})
