import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { Redis } from 'ioredis'
import { freePorts, isFree } from '../test/free-ports'
import { ClickCounter } from './clicks'
import { expect, test } from './fixtures'

// It starts its own servers. Its test is the one of other files, as another would need a worker and a browser of its own.
test.use({ baseURL: undefined })

// What `npm start` runs, with nothing given.
const ROOT = resolve(import.meta.dirname, '..')
test.describe.configure({ timeout: 240_000 })

let child: ChildProcess | undefined
test.afterEach(async () => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
})

async function start(env: Record<string, string>, args: readonly string[] = []) {
  const own = spawn(process.execPath, ['bin/gearboard.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  })
  child = own
  let output = ''
  const collect = (chunk: Buffer) => {
    output += chunk
  }
  own.stdout?.on('data', collect)
  own.stderr?.on('data', collect)
  return { own, output: () => output }
}

test('one command serves a living dashboard on the embedded RedisGears; Ctrl-C ends every child', async ({
  page,
  request,
}) => {
  const port = await freePorts()
  const { own, output } = await start({
    PORT: String(port),
    GEARBOARD_PASSWORD: '',
    GEARBOARD_DATA: test.info().outputPath('data'),
    AWS_SECRET_ACCESS_KEY: 'of another program',
  })
  // Held before it is ready: on Linux, where processes can be distinguished.
  const linux = process.platform === 'linux'
  const engineOf = () => processesBelow(own.pid ?? 0).find((each) => titleOf(each).includes('bin/engine.mjs'))
  if (linux) {
    await expect.poll(engineOf, { timeout: 60_000, intervals: [20] }).toBeDefined()
    process.kill(engineOf() ?? 0, 'SIGSTOP')
  }
  await expect.poll(output, { timeout: 150_000 }).toContain(`http://localhost:${port}`)

  await page.goto(`http://localhost:${port}`)
  await expect(page).toHaveURL(/\/default\/overview$/)
  if (linux) {
    await expect(page.getByRole('heading', { name: 'The embedded RedisGears is starting' })).toBeVisible()
    await expect(page.getByText('starting', { exact: true })).toBeVisible()
    await expect(page.getByText(/^(No problems|Nothing answers at)/)).toHaveCount(0)
    process.kill(engineOf() ?? 0, 'SIGCONT')
  }
  await expect(page.getByText(/RedisGears 1\.2/).first()).toBeVisible({ timeout: 90_000 })
  const connectionsNow = async () =>
    (await (await request.get(`http://localhost:${port}/api/connections`)).json()).connections
  await expect
    .poll(connectionsNow, { timeout: 30_000 })
    .toMatchObject([{ name: 'default', embedded: true, status: 'live' }])
  const connections = await connectionsNow()
  const triggered = async () => {
    const { registrations } = await (await request.get(`http://localhost:${port}/api/default/registrations`)).json()
    return registrations.reduce((sum: number, r: { counters: { triggered: number } }) => sum + r.counters.triggered, 0)
  }
  const before = await triggered()
  await expect.poll(triggered, { timeout: 30_000 }).toBeGreaterThan(before)

  const engineUrl = new URL(connections[0].address)
  const stranger = new Redis({ port: Number(engineUrl.port), host: '127.0.0.1', protocol: 2 })
  // It asks who it is when it connects, and is refused that, too.
  stranger.on('error', () => {})
  await expect(stranger.call('RG.DUMPREGISTRATIONS')).rejects.toThrow(/NOAUTH/)
  stranger.disconnect()
  if (linux) {
    const engine = engineOf() ?? 0
    const inherited = readFileSync(`/proc/${engine}/environ`, 'utf8')
    expect(inherited).not.toMatch(/GEARBOARD_PASSWORD|AWS_SECRET/)
    const password = /GEARBOARD_ENGINE_PASSWORD=([^\0]+)/.exec(inherited)?.[1] ?? ''
    expect(password).toMatch(/^[\w-]{43}$/)
    const answers = await Promise.all(
      ['/api/connections', '/api/default/config', '/default/config', '/metrics'].map(async (path) =>
        (await request.get(`http://localhost:${port}${path}`)).text(),
      ),
    )
    const titles = processesBelow(own.pid ?? 0).map(titleOf)
    if (process.allowedNodeEnvironmentFlags.has('--disable-warning'))
      expect(titleOf(engine)).toMatch(/--(experimental-)?permission .*--allow-fs-read=/)
    for (const text of [output(), ...titles, ...answers]) expect(text).not.toContain(password)
  }
  // The shop's functions are in history from the first one on, like any user's.
  const sourcesOfPayments = async () =>
    (await (await request.get(`http://localhost:${port}/api/default/sources?session=payment-check`)).json()).sources
  await expect
    .poll(sourcesOfPayments, { timeout: 60_000 })
    .toMatchObject([{ author: 'sample data', version: 2, outcome: 'registered' }, { version: 1 }])
  const strip = page.getByRole('region', { name: 'About this data' })
  // The first ten seconds: what fails is named, and leads to its cause.
  await expect(strip).toContainText('One function, payment-check, fails on purpose.')
  const clicks = new ClickCounter()
  const [failing] = await sourcesOfPayments()
  const see = strip.getByRole('link', { name: 'See it fail' })
  await expect(see).toHaveAttribute('href', new RegExp(`/registrations/${failing.registrations[0]}$`))
  await clicks.on(see)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('payment-check')
  const main = page.getByRole('main')
  await expect(main.getByText("KeyError: 'currency'").first()).toBeVisible({ timeout: 60_000 })
  await expect(main.getByText('line 10, in parse_payment').first()).toBeVisible()
  await expect(main.getByRole('link', { name: 'payment-check v2' })).toBeVisible()
  const edit = main.getByRole('link', { name: 'Edit and upgrade' })
  await expect(edit).toHaveAttribute('href', /&line=10$/)
  await clicks.on(edit)
  await expect(page.locator('[data-failing-line="10"]')).toContainText("payment['currency']")
  expect(clicks.count).toBeLessThanOrEqual(2)
  await page.goBack()
  await page.goBack()
  await strip.getByRole('link', { name: 'Open its source' }).click()
  await expect(page.getByText(/payment-check v2/).first()).toBeVisible()
  await page.goBack()
  await strip.getByRole('button', { name: 'Dismiss' }).click()
  await expect(strip).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible()
  await expect(strip).toHaveCount(0)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`http://localhost:${port}/default/config`)
  await page.getByRole('button', { name: 'Copy as redis-cli' }).first().click()
  await expect(page.getByText('Start Gearboard with GEARBOARD_ENGINE_PASSWORD')).toBeVisible()

  const exited = once(own, 'exit')
  own.kill('SIGINT')
  expect((await exited)[0]).toBe(0)
  for (const gone of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${engineUrl.port}`]) {
    await expect(fetch(gone, { signal: AbortSignal.timeout(2000) })).rejects.toThrow()
  }
})

/** Every process below one, itself included. */
function processesBelow(pid: number): readonly number[] {
  const children = readdirSync('/proc').flatMap((name) => {
    const own = Number(name)
    return Number.isInteger(own) && parentOf(own) === pid ? [own] : []
  })
  return [pid, ...children.flatMap(processesBelow)]
}

function parentOf(pid: number): number | undefined {
  try {
    // The name may hold blanks and parentheses.
    const [, parent] = /\) \S (\d+) [^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return Number(parent)
  } catch {
    return undefined
  }
}

/** A zombie is none: who should have taken note of its end is gone. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] \d+ [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Empty of one that has ended meanwhile. */
function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

test.describe('however it ends, no process and no port stays', () => {
  test.skip(process.platform !== 'linux', 'processes are read from /proc')

  /** Runs a script of package.json in a process group of its own, as a terminal does, until it says that it is ready. */
  async function npmRun(script: string, args: readonly string[], env: Record<string, string>, ready: RegExp) {
    const npm = spawn('npm', ['run', script, '--', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: 'pipe',
      detached: true,
    })
    child = npm
    let output = ''
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk) => (output += chunk))
    await expect.poll(() => output, { timeout: 150_000 }).toMatch(ready)
    const { pid = 0 } = npm
    const pids = processesBelow(pid)
    const named = (part: string) => pids.find((each) => titleOf(each).includes(part)) ?? 0
    return { pid, pids, named }
  }

  async function gone(pids: readonly number[], ports: readonly number[]) {
    await expect.poll(() => pids.filter(runs).map(titleOf), { timeout: 30_000 }).toEqual([])
    for (const port of ports) await expect.poll(() => isFree(port), `port ${port}`).toBe(true)
  }

  type Started = Awaited<ReturnType<typeof npmRun>>
  const again = () => new Promise((resolve) => setTimeout(resolve, 700))
  const endings: readonly (readonly [string, (started: Started) => unknown])[] = [
    ['npm is asked to end', ({ pid }) => process.kill(pid, 'SIGTERM')],
    ['npm is interrupted', ({ pid }) => process.kill(pid, 'SIGINT')],
    ['npm is hung up', ({ pid }) => process.kill(pid, 'SIGHUP')],
    ['npm is killed', ({ pid }) => process.kill(pid, 'SIGKILL')],
    ['gearboard is killed', ({ named }) => process.kill(named('bin/gearboard.mjs'), 'SIGKILL')],
    ['the terminal is closed', ({ pid }) => process.kill(-pid, 'SIGHUP')],
    [
      'Ctrl-C twice',
      async ({ pid, pids }) => {
        process.kill(-pid, 'SIGINT')
        await again()
        if (pids.some(runs)) process.kill(-pid, 'SIGINT')
      },
    ],
  ]
  for (const [name, end] of endings) {
    test(`npm start: ${name}`, async () => {
      const [port, engine] = [await freePorts(), await freePorts()]
      const password = 'p@ss:w/o%rd'
      const env = {
        PORT: String(port),
        GEARBOARD_ENGINE_PORT: String(engine),
        GEARBOARD_ENGINE_PASSWORD: password,
        GEARBOARD_SHARDS: '1',
      }
      const started = await npmRun('start', [], env, /Press Ctrl-C to stop/)
      await expect.poll(() => isFree(engine), { timeout: 60_000 }).toBe(false)
      const beside = new Redis({ port: engine, host: '127.0.0.1', protocol: 2, password })
      expect(await beside.ping()).toBe('PONG')
      beside.disconnect()
      expect(started.pids.length).toBeGreaterThanOrEqual(4)
      await end(started)
      await gone(started.pids, [port, engine])
    })
  }

  test('npm run dev serves the same, on a server that is given; npm run dev and npm run engine: npm is killed', async ({
    request,
  }) => {
    const port = await freePorts()
    const env = { PORT: String(port), GEARBOARD_URL: 'redis://127.0.0.1:1' }
    const dev = await npmRun('dev', [], env, /Press Ctrl-C to stop/)
    const { connections } = await (await request.get(`http://localhost:${port}/api/connections`)).json()
    expect(connections).toMatchObject([{ name: 'default', embedded: false, address: 'redis://127.0.0.1:1' }])
    process.kill(dev.pid, 'SIGKILL')
    await gone(dev.pids, [port])
    const engine = await freePorts()
    const alone = await npmRun('engine', ['--port', String(engine)], {}, /ready on/)
    process.kill(alone.pid, 'SIGKILL')
    await gone(alone.pids, [engine])
  })
})

test('listening beyond loopback without a password is refused in words', async () => {
  const { own, output } = await start({ HOST: '0.0.0.0', PORT: String(await freePorts()) })
  expect((await once(own, 'exit'))[0]).toBe(1)
  expect(output()).toContain('refusing to listen on 0.0.0.0 without a password')
  expect(output()).toContain('GEARBOARD_PASSWORD')
})

test('what is for the operator is on standard output: the link that creates the first admin, and the audit log where it is asked for', async ({
  request,
}, info) => {
  const port = await freePorts()
  const { own, output } = await start({
    PORT: String(port),
    GEARBOARD_URL: 'redis://127.0.0.1:1',
    GEARBOARD_DATA: info.outputPath('data'),
    GEARBOARD_LOCAL_USERS: '1',
    GEARBOARD_AUDIT_LOG: '1',
  })
  await expect.poll(output, { timeout: 150_000 }).toMatch(new RegExp(`http://127.0.0.1:${port}/setup#[\\w-]{20,}`))
  await expect.poll(output, { timeout: 60_000 }).toMatch(/Press Ctrl-C to stop/)
  const refused = await request.post(`http://localhost:${port}/api/session`, {
    data: { name: 'ada', password: 'guessed wrong' },
  })
  expect(refused.status()).toBe(401)
  const auditLine = () =>
    output()
      .split('\n')
      .find((line) => line.includes('"audit"')) ?? 'null'
  await expect.poll(() => JSON.parse(auditLine())).toMatchObject({ audit: { action: 'signIn', outcome: 'refused' } })
  expect(output()).not.toContain('guessed wrong')
  const exited = once(own, 'exit')
  own.kill('SIGINT')
  await exited
})

test('a variable that cannot be the engine’s password is refused in words', async () => {
  const { own, output } = await start({ GEARBOARD_ENGINE_PASSWORD: 'short' })
  expect((await once(own, 'exit'))[0]).toBe(1)
  expect(output()).toContain('GEARBOARD_ENGINE_PASSWORD must be 8 to 256 visible ASCII characters; it has 5')
})

test('a port that is taken is said to be', async () => {
  const port = await freePorts()
  const other = createServer().listen(port, '127.0.0.1')
  const { own, output } = await start({ PORT: String(port) })
  expect((await once(own, 'exit'))[0]).toBe(1)
  expect(output()).toContain(`port ${port} of 127.0.0.1 is in use`)
  other.close()
})

test('Ctrl-C ends the development server', async () => {
  const port = await freePorts()
  const { own, output } = await start({ PORT: String(port), GEARBOARD_URL: 'redis://127.0.0.1:1' }, ['--dev'])
  // It listens; that it serves is seen above, and takes it most of its work.
  await expect.poll(output, { timeout: 150_000 }).toMatch(/Ready in/)
  const exited = once(own, 'exit')
  own.kill('SIGINT')
  expect((await exited)[0]).toBe(0)
  expect(await isFree(port)).toBe(true)
})
