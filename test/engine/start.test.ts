import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { engineEnvironment, givenPassword, randomPassword } from '../../bin/engine-start.mjs'

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
  'a blank': ['open sesame', /visible ASCII characters; it contains a blank/],
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
  const bin = fileURLToPath(new URL('../../bin/engine.mjs', import.meta.url))
  const env = { ...process.env, GEARBOARD_ENGINE_PASSWORD: 'short' }
  await expect(promisify(execFile)(process.execPath, [bin, '--port', '0'], { env })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^GEARBOARD_ENGINE_PASSWORD must be 8 to 256/),
  })
})
