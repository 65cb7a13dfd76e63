import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Authority } from '@/test/certificates'
import { Door, SERVER_OPTIONS, TLS_OPTIONS } from './door'
import { followRenewals, readTlsFiles, tlsFilesOf } from './tls'

let authority: Authority
let folder: string
let good: { readonly cert: string; readonly key: string }
let other: typeof good
const file = (name: string) => join(folder, name)
beforeAll(() => {
  authority = new Authority()
  folder = mkdtempSync(join(tmpdir(), 'gearboard-door-tls-'))
  good = authority.pairFiles()
  other = authority.pairFiles()
  writeFileSync(file('text'), 'no certificate')
  execFileSync('openssl', ['ec', '-aes256', '-passout', 'pass:x', '-in', good.key, '-out', file('locked')], {
    stdio: 'pipe',
  })
})
afterAll(() => {
  authority.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe('files that cannot be used', () => {
  test('TLS is asked for with both variables, or with none', () => {
    expect(tlsFilesOf({})).toBeUndefined()
    expect(tlsFilesOf({ GEARBOARD_TLS_CERT: '', GEARBOARD_TLS_KEY: '' })).toBeUndefined()
    expect(tlsFilesOf({ GEARBOARD_TLS_CERT: 'a', GEARBOARD_TLS_KEY: 'b' })).toEqual({ cert: 'a', key: 'b' })
    expect(() => tlsFilesOf({ GEARBOARD_TLS_CERT: 'a' })).toThrow('GEARBOARD_TLS_CERT needs GEARBOARD_TLS_KEY')
    expect(() => tlsFilesOf({ GEARBOARD_TLS_KEY: 'b', GEARBOARD_TLS_CERT: '' })).toThrow(
      'GEARBOARD_TLS_KEY needs GEARBOARD_TLS_CERT',
    )
  })

  test.each([
    [
      'no file',
      () => ({ ...good, cert: file('none') }),
      /^GEARBOARD_TLS_CERT: .*none cannot be read \(no such file\)$/,
    ],
    ['a folder', () => ({ ...good, key: folder }), /^GEARBOARD_TLS_KEY: .* cannot be read \(a directory\)$/],
    ['another text', () => ({ ...good, cert: file('text') }), /^GEARBOARD_TLS_CERT: .*text holds no certificate/],
    ['a key for a certificate', () => ({ ...good, cert: good.key }), /^GEARBOARD_TLS_CERT: .* holds no certificate/],
    ['a certificate for a key', () => ({ ...good, key: good.cert }), /^GEARBOARD_TLS_KEY: .* holds no private key/],
    [
      'a key with a passphrase',
      () => ({ ...good, key: file('locked') }),
      /^GEARBOARD_TLS_KEY: .* holds no private key/,
    ],
    ['the key of another', () => ({ ...good, key: other.key }), /^GEARBOARD_TLS_KEY: .* is not the key of /],
    [
      'an expired one',
      () => authority.pairFiles({ days: '-1' }),
      /^GEARBOARD_TLS_CERT: .* expired on \d{4}-\d\d-\d\d$/,
    ],
    ['an early one', () => authority.pairFiles({ early: true }), /is not valid before 2099-01-01$/],
  ])('%s', (_, files, words) => {
    expect(() => readTlsFiles(files())).toThrow(words)
  })

  test('a right pair can be used', () => {
    expect(readTlsFiles(good).cert).toContain('BEGIN CERTIFICATE')
  })
})

describe('a server that speaks TLS', () => {
  /** Reads what it asks for, and shows the certificate that it met. */
  function open(port: number): { readonly socket: TLSSocket; received(): string; readonly closed: Promise<void> } {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => undefined)
    return { socket, received: () => text, closed: new Promise((done) => socket.once('close', () => done())) }
  }

  const serialOf = async (port: number) => {
    const { socket, closed } = open(port)
    await new Promise((done) => socket.once('secureConnect', done))
    const { serialNumber } = socket.getPeerCertificate()
    socket.destroy()
    await closed
    return serialNumber
  }

  test('takes renewed files without dropping a connection, and keeps what it has while they are wrong', async () => {
    const names = { cert: file('live.crt'), key: file('live.key') }
    const put = (pair: typeof good) => {
      copyFileSync(pair.cert, names.cert)
      copyFileSync(pair.key, names.key)
    }
    put(good)
    const events: { readonly send: (text: string) => void }[] = []
    const door = new Door({ endpoints: [{ method: 'GET', path: '/api/{connection}/live' }], trusted: false })
    const pair = readTlsFiles(names)
    const server = createServer(
      { ...SERVER_OPTIONS, ...TLS_OPTIONS, ...pair },
      door.guard((request, response) => {
        response.write(`began ${request.headers['x-forwarded-proto']}\n`)
        events.push({ send: (text) => response.write(text) })
      }),
    )
    door.watch(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const said: string[] = []
    const end = followRenewals(names, pair, (next) => server.setSecureContext(next), {
      say: (message) => said.push(message),
      lookMs: 20,
    })

    const live = open(port)
    live.socket.write('GET /api/default/live HTTP/1.1\r\nhost: gears.example\r\nx-forwarded-proto: http\r\n\r\n')
    await expect.poll(live.received).toContain('began https')
    expect(live.received()).toContain('strict-transport-security: max-age=31536000')
    const first = await serialOf(port)

    writeFileSync(names.key, 'half')
    await expect.poll(() => said.length).toBe(1)
    expect(said[0]).toMatch(/^keeps the certificate that it has: GEARBOARD_TLS_KEY: .* holds no private key/)
    expect(await serialOf(port)).toBe(first)

    put(other)
    await expect.poll(() => serialOf(port)).not.toBe(first)
    const second = await serialOf(port)
    // As cert-manager does: a link points to another folder.
    unlinkSync(names.cert)
    unlinkSync(names.key)
    const third = authority.pairFiles()
    symlinkSync(third.cert, names.cert)
    symlinkSync(third.key, names.key)
    await expect.poll(() => serialOf(port)).not.toBe(second)

    events[0]?.send('still here\n')
    await expect.poll(live.received).toContain('still here')
    end()
    live.socket.destroy()
    server.closeAllConnections()
    server.close()
  })

  test('counts the connections of an address, also those that never shake hands, and leaves busy ones alone', async () => {
    const begun: (() => void)[] = []
    const door = new Door({
      endpoints: [{ method: 'GET', path: '/api/health' }],
      trusted: false,
      socketsOfAPeer: 5,
    })
    const server = createServer(
      { ...SERVER_OPTIONS, ...TLS_OPTIONS, ...readTlsFiles(good) },
      door.guard((_request, response) => void begun.push(() => response.end('late'))),
    )
    door.watch(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const busy = open(port)
    busy.socket.write('GET /late HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    await expect.poll(() => begun.length).toBe(1)
    const idle = Array.from({ length: 12 }, () => open(port))
    await Promise.all(idle.slice(0, 7).map(({ closed }) => closed))
    begun[0]?.()
    await busy.closed
    expect(busy.received()).toContain('late')
    for (const { socket } of idle) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
})
