import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { buildEngine } from '../../../bin/build-engine.mjs'
import { engineEnvironment, engineSwitches, givenPassword, randomPassword } from '../../../bin/engine-start.mjs'

it('the engine inherits a short list of names', () => {
  const env = {
    GEARBOARD_PASSWORD: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    PATH: '/bin',
    HOME: '/root',
    NODE_OPTIONS: '--inspect',
  }
  expect(engineEnvironment({ ...env, TZ: 'UTC', NODE_EXTRA_CA_CERTS: '/ca.pem' })).toEqual({
    TZ: 'UTC',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
  })
})

it('a password of one’s own is taken as it is; none or an empty one asks for a random one', () => {
  for (const password of ['12345678', 'p@ss:w/o%rd#?', '~'.repeat(256), 'quote\'"\\\\'])
    expect(givenPassword({ GEARBOARD_ENGINE_PASSWORD: password })).toBe(password)
  expect(givenPassword({})).toBeUndefined()
  expect(givenPassword({ GEARBOARD_ENGINE_PASSWORD: '' })).toBeUndefined()
  expect(new Set(Array.from({ length: 50 }, randomPassword)).size).toBe(50)
  for (const password of [randomPassword(), randomPassword()]) expect(password).toMatch(/^[\w-]{43}$/)
})

const REFUSED: Readonly<Record<string, readonly [password: string, why: RegExp]>> = {
  'seven characters': ['1234567', /8 to 256 .*; it has 7$/],
  'a novel': ['x'.repeat(257), /8 to 256 .*; it has 257$/],
  'a blank': ['open sesame', /visible ASCII characters; it contains a space/],
  'a line break': ['open\nsesame', /visible ASCII characters/],
  'an escape': ['\u001b[2Jsesame', /visible ASCII characters/],
  'an umlaut': ['schlüsselbund', /visible ASCII characters/],
}
for (const [what, [password, why]] of Object.entries(REFUSED))
  it(`${what} is refused with words that leave the password out`, () => {
    const refused = () => givenPassword({ GEARBOARD_ENGINE_PASSWORD: password })
    expect(refused).toThrow(/^GEARBOARD_ENGINE_PASSWORD must be/)
    expect(refused).toThrow(why)
    expect(refused).not.toThrow(password)
  })

it('the engine does not start with a variable that cannot be a password', async () => {
  const bin = fileURLToPath(new URL('../../../bin/engine.mjs', import.meta.url))
  const env = { ...process.env, GEARBOARD_ENGINE_PASSWORD: 'short' }
  await expect(promisify(execFile)(process.execPath, [bin, '--port', '0'], { env })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^GEARBOARD_ENGINE_PASSWORD must be 8 to 256/),
  })
})

/** What JavaScript in a thread of the engine's process could read, if it got there. */
const INTRUDER = `
const { Worker } = require('node:worker_threads')
new Worker(${JSON.stringify(`
const { readFileSync, writeFileSync, readdirSync } = require('node:fs')
const { spawnSync, fork } = require('node:child_process')
const told = (attempt) => { try { return String(attempt()) } catch (error) { return error.code ?? error.message } }
console.log(JSON.stringify([
  told(() => readFileSync('/etc/passwd')),
  told(() => readFileSync('/proc/self/environ')),
  told(() => readdirSync(${JSON.stringify(process.cwd())})),
  told(() => writeFileSync('/tmp/gearboard-intruder', '')),
  told(() => spawnSync('id').stdout),
  told(() => fork('x.js')),
  told(() => Function('return process')()),
  told(() => (0, eval)('1')),
]))`)}, { eval: true })`

it.runIf(process.allowedNodeEnvironmentFlags.has('--disable-warning'))(
  'Node lets no thread of the engine reach files, programs or code that is text',
  async () => {
    await buildEngine()
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...engineSwitches(), '-e', INTRUDER])
    const text = 'Code generation from strings disallowed for this context'
    expect(JSON.parse(stdout)).toEqual([...Array.from({ length: 6 }, () => 'ERR_ACCESS_DENIED'), text, text])
    expect(stderr).toBe('')
  },
)
