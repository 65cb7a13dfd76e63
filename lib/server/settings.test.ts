import { describe, expect, test } from 'vitest'
import { listenRefusal } from './listen-rule.mjs'
import { readSettings, SettingsError } from './settings'

describe('settings', () => {
  test('nothing set: a Redis on this machine, open on loopback alone', () => {
    expect(readSettings({})).toMatchObject({
      url: 'redis://127.0.0.1:6379',
      readOnly: false,
      embedded: false,
      cluster: 'auto',
      password: undefined,
      refusal: undefined,
      watchdogMs: undefined,
      data: '.gearboard',
      retention: {
        maxAgeMs: 14 * 24 * 3_600_000,
        auditMaxAgeMs: 400 * 24 * 3_600_000,
        maxBytes: 512_000_000,
      },
      auditToStdout: false,
    })
  })

  test('the watchdog is off unless it is given its seconds', () => {
    expect(readSettings({ GEARBOARD_WATCHDOG_S: '' }).watchdogMs).toBeUndefined()
    expect(readSettings({ GEARBOARD_WATCHDOG_S: '90' }).watchdogMs).toBe(90_000)
    expect(() => readSettings({ GEARBOARD_WATCHDOG_S: '0' })).toThrow(
      /^GEARBOARD_WATCHDOG_S must be a number of seconds/,
    )
  })

  test('a proxy that names the user must have a listed address', () => {
    const named = { GEARBOARD_PROXY_USER_HEADER: 'X-Forwarded-User' }
    const settings = readSettings({
      ...named,
      GEARBOARD_PROXY_GROUPS_HEADER: 'X-Groups',
      GEARBOARD_TRUST_PROXY: '10.0.0.0/8',
    })
    expect(settings.proxyHeaders).toEqual({ user: 'x-forwarded-user', groups: 'x-groups' })
    expect(settings.isSignInRequired).toBe(true)
    for (const trusted of ['', '0', '1'])
      expect(() => readSettings({ ...named, GEARBOARD_TRUST_PROXY: trusted })).toThrow(/GEARBOARD_TRUST_PROXY/)
    expect(() => readSettings({ GEARBOARD_PROXY_GROUPS_HEADER: 'x-groups' })).toThrow(/GEARBOARD_PROXY_USER_HEADER/)
    for (const wrong of ['Cookie', 'authorization', 'x user', 'x:user', 'x'.repeat(65)])
      expect(() => readSettings({ GEARBOARD_PROXY_USER_HEADER: wrong, GEARBOARD_TRUST_PROXY: '10.0.0.1' })).toThrow(
        /^GEARBOARD_PROXY_USER_HEADER/,
      )
  })

  test('alerts are sent to private addresses that are listed, by networks and names', () => {
    const { names, networks } = readSettings({ GEARBOARD_ALERTS_ALLOW: '10.0.0.0/8, Mail.Internal,::1,' }).alertsAllow
    expect([...names]).toEqual(['mail.internal'])
    expect([networks.check('10.1.2.3'), networks.check('::1', 'ipv6'), networks.check('192.168.0.1')]).toEqual([
      true,
      true,
      false,
    ])
    expect(readSettings({}).alertsAllow.names.size).toBe(0)
    for (const wrong of ['10.0.0.0/33', 'https://x.example', 'a b', '10.0.0', '*', '10.0.0.0/'])
      expect(() => readSettings({ GEARBOARD_ALERTS_ALLOW: wrong })).toThrow(/^GEARBOARD_ALERTS_ALLOW must be addresses/)
  })

  describe('a provider at which users sign in', () => {
    const provider = { GEARBOARD_OIDC_ISSUER: 'https://id.example/realms/a', GEARBOARD_OIDC_CLIENT_ID: 'gearboard' }

    test('needs an issuer and a client, and everything else has a default', () => {
      const { oidc, isSignInRequired } = readSettings(provider)
      expect(oidc).toEqual({
        issuer: 'https://id.example/realms/a',
        clientId: 'gearboard',
        clientSecret: undefined,
        name: 'SSO',
        scopes: ['openid', 'profile', 'email'],
        nameClaim: 'sub',
        groupsClaim: 'groups',
      })
      expect(isSignInRequired).toBe(true)
      expect(readSettings({ ...provider, HOST: '0.0.0.0' }).refusal).toBeUndefined()
      expect(readSettings({ GEARBOARD_OIDC_ISSUER: '', GEARBOARD_OIDC_CLIENT_ID: '' }).oidc).toBeUndefined()
    })

    test.each([
      ['GEARBOARD_OIDC_ISSUER', 'http://id.example'],
      ['GEARBOARD_OIDC_ISSUER', 'id.example'],
      ['GEARBOARD_OIDC_ISSUER', 'https://user:secret@id.example'],
      ['GEARBOARD_OIDC_ISSUER', 'https://id.example/?a=b'],
      ['GEARBOARD_OIDC_ISSUER', 'https://id.example/.well-known/openid-configuration'],
      ['GEARBOARD_OIDC_ISSUER', 'javascript:alert(1)'],
      ['GEARBOARD_OIDC_CLIENT_ID', 'a\nb'],
      ['GEARBOARD_OIDC_CLIENT_SECRET', 's'.repeat(2001)],
      ['GEARBOARD_OIDC_NAME', 'n'.repeat(41)],
      ['GEARBOARD_OIDC_SCOPES', 'profile email'],
      ['GEARBOARD_OIDC_SCOPES', 'openid "quoted"'],
      ['GEARBOARD_OIDC_NAME_CLAIM', '\u0000'],
      ['GEARBOARD_OIDC_GROUPS_CLAIM', 'g'.repeat(201)],
    ])('%s cannot be %j', (name, value) => {
      const read = () => readSettings({ ...provider, [name]: value })
      expect(read).toThrow(new RegExp(`^${name} must`))
      expect(read).not.toThrow(value)
    })

    test('is complete or named', () => {
      expect(() => readSettings({ GEARBOARD_OIDC_ISSUER: 'https://id.example' })).toThrow(
        /GEARBOARD_OIDC_CLIENT_ID beside/,
      )
      for (const name of ['CLIENT_ID', 'CLIENT_SECRET', 'NAME', 'NAME_CLAIM', 'GROUPS_CLAIM'])
        expect(() => readSettings({ [`GEARBOARD_OIDC_${name}`]: 'x' })).toThrow(
          `GEARBOARD_OIDC_${name} needs GEARBOARD_OIDC_ISSUER beside it`,
        )
      expect(readSettings({ ...provider, GEARBOARD_OIDC_ISSUER: 'http://127.0.0.1:8080/a' }).oidc?.issuer).toContain(
        '127.',
      )
    })
  })

  test('a sign-in ends after a day without a request, or what is given', () => {
    const idle = (hours: string) => readSettings({ GEARBOARD_SESSION_IDLE_H: hours }).sessionIdleMs
    expect(['', '0.5', '168'].map(idle)).toEqual([86_400_000, 1_800_000, 604_800_000])
    for (const wrong of ['0', '-1', '169', 'a day'])
      expect(() => idle(wrong)).toThrow(/^GEARBOARD_SESSION_IDLE_H must be a number of hours from 0.1 to 168/)
  })

  test.each(['0', '-1', 'secret', 'Infinity', '1e9'])('a retention of %s is none', (value) => {
    expect(() => readSettings({ GEARBOARD_RETENTION_DAYS: value })).toThrow(
      /^GEARBOARD_RETENTION_DAYS must be a number of days/,
    )
    expect(() => readSettings({ GEARBOARD_AUDIT_DAYS: value })).toThrow(
      /^GEARBOARD_AUDIT_DAYS must be a number of days/,
    )
    expect(() => readSettings({ GEARBOARD_RETENTION_MB: value })).toThrow(
      /^GEARBOARD_RETENTION_MB must be a number of megabytes/,
    )
  })

  test('a name is short and visible', () => {
    expect(readSettings({ GEARBOARD_NAME: ' orders, live ' }).name).toBe('orders, live')
    expect(readSettings({ GEARBOARD_NAME: 'Köln 東京' }).name).toBe('Köln 東京')
    expect(readSettings({ GEARBOARD_NAME: '' }).name).toBeUndefined()
    for (const name of ['   ', 'x'.repeat(41), 'two\nlines', 'bell\u0007', '\u202Eturned'])
      expect(() => readSettings({ GEARBOARD_NAME: name })).toThrow(/^GEARBOARD_NAME must be 1 to 40 visible characters/)
  })

  test('an empty variable counts as none', () => {
    expect(readSettings({ GEARBOARD_PASSWORD: '', GEARBOARD_URL: '', GEARBOARD_READ_ONLY: '' })).toMatchObject({
      password: undefined,
      readOnly: false,
    })
  })

  test.each([
    ['GEARBOARD_URL', 'http://secret@host'],
    ['GEARBOARD_URL', 'redis://:secret@host:99999'],
    ['GEARBOARD_READ_ONLY', 'secret'],
    ['GEARBOARD_READ_ONLY', 'constructor'],
    ['GEARBOARD_TRUST_PROXY', 'constructor'],
    ['GEARBOARD_CLUSTER', 'secret'],
    ['GEARBOARD_SESSION_SECRET', 'secret'],
    ['GEARBOARD_ALLOWED_HOSTS', 'gearboard.example, https://secret/path'],
    ['GEARBOARD_TRUST_PROXY', '10.0.0.0/8, secret'],
  ])('a wrong %s is named, its value is not told', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(SettingsError)
    expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name} `))
    expect(() => readSettings({ [name]: value })).not.toThrow(/secret/)
  })

  test('in production nothing but HOST says that only this machine reaches it', () => {
    expect(readSettings({ NODE_ENV: 'production' }).refusal).toMatch(/0\.0\.0\.0 without a password/)
    expect(readSettings({ NODE_ENV: 'production', HOST: '127.0.0.1' }).refusal).toBeUndefined()
  })
})

describe('where it may listen', () => {
  test.each([
    ['127.0.0.1', false, false, true],
    ['127.8.0.1', false, false, true],
    ['localhost', false, false, true],
    ['[::1]', false, false, true],
    ['0.0.0.0', false, false, false],
    ['::', false, false, false],
    ['192.168.1.4', false, false, false],
    ['127.0.0.1.evil.example', false, false, false],
    ['0.0.0.0', true, false, true],
    ['0.0.0.0', false, true, true],
  ] as const)('%s, sign-in %s, insecure %s: %s', (host, signIn, insecure, allowed) => {
    expect(listenRefusal({ host, signIn, insecure }) === undefined).toBe(allowed)
  })
})
