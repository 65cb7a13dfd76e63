import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { expect, test } from 'playwright/test'
import { freePorts } from '../test/free-ports'

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
  const { own, output } = await start({ PORT: String(port) })
  await expect.poll(output, { timeout: 150_000 }).toContain(`http://localhost:${port}`)

  await page.goto(`http://localhost:${port}`)
  await expect(page).toHaveURL(/\/default\/overview$/)
  await expect(page.getByText(/RedisGears 1\.2/).first()).toBeVisible({ timeout: 30_000 })
  const { connections } = await (await request.get(`http://localhost:${port}/api/connections`)).json()
  expect(connections).toMatchObject([{ name: 'default', embedded: true, status: 'live' }])
  const triggered = async () => {
    const { registrations } = await (await request.get(`http://localhost:${port}/api/default/registrations`)).json()
    return registrations.reduce((sum: number, r: { counters: { triggered: number } }) => sum + r.counters.triggered, 0)
  }
  const before = await triggered()
  await expect.poll(triggered, { timeout: 30_000 }).toBeGreaterThan(before)

  const engineUrl = new URL(connections[0].address)
  const exited = once(own, 'exit')
  own.kill('SIGINT')
  expect((await exited)[0]).toBe(0)
  for (const gone of [`http://127.0.0.1:${port}`, `http://127.0.0.1:${engineUrl.port}`]) {
    await expect(fetch(gone, { signal: AbortSignal.timeout(2000) })).rejects.toThrow()
  }
})

test('listening beyond loopback without a password is refused in words', async () => {
  const { own, output } = await start({ HOST: '0.0.0.0', PORT: String(await freePorts()) })
  expect((await once(own, 'exit'))[0]).toBe(1)
  expect(output()).toContain('refusing to listen on 0.0.0.0 without a password')
  expect(output()).toContain('GEARBOARD_PASSWORD')
})

test('a port that is taken is said to be', async () => {
  const port = await freePorts()
  const other = createServer().listen(port, '127.0.0.1')
  const { own, output } = await start({ PORT: String(port) })
  expect((await once(own, 'exit'))[0]).toBe(1)
  expect(output()).toContain(`port ${port} of 127.0.0.1 is in use`)
  other.close()
})

test('the development server serves the same, on a server that is given', async ({ request }) => {
  const port = await freePorts()
  const { own, output } = await start({ PORT: String(port), GEARBOARD_URL: 'redis://127.0.0.1:1' }, ['--dev'])
  await expect.poll(output, { timeout: 150_000 }).toContain(`http://localhost:${port}`)
  const { connections } = await (await request.get(`http://localhost:${port}/api/connections`)).json()
  expect(connections).toMatchObject([{ name: 'default', embedded: false, address: 'redis://127.0.0.1:1' }])
  const exited = once(own, 'exit')
  own.kill('SIGINT')
  expect((await exited)[0]).toBe(0)
})
