import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

/** What the server of `next dev` is: a child that has a listener of its own, and asks for the reports some time later. */
const SERVER = `
process.on('message', () => {})
setImmediate(() => {
  process.on('message', (message) => message.engine && process.send({ got: message.engine }))
  process.send({ wantsEngineReports: true })
})`

/** What \`next dev\` is: it starts the server, and passes nothing on by itself. */
const COMMAND = `
import { fork } from 'node:child_process'
const server = fork(new URL('server.mjs', import.meta.url))
server.on('message', (message) => process.send(message))
process.on('disconnect', () => server.kill())`

function startCommand() {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-test-'))
  writeFileSync(join(folder, 'server.mjs'), SERVER)
  writeFileSync(join(folder, 'command.mjs'), COMMAND)
  const passReports = new URL('../bin/pass-reports.mjs', import.meta.url).href
  const command = fork(join(folder, 'command.mjs'), { execArgv: ['--import', passReports] })
  onTestFinished(async () => {
    const ended = once(command, 'exit')
    command.disconnect()
    command.kill()
    await ended
    rmSync(folder, { recursive: true })
  })
  return command
}

/** The next report that the server of the command got. */
async function gotBy(command: ReturnType<typeof fork>): Promise<unknown> {
  for (;;) {
    const [message]: unknown[] = await once(command, 'message')
    if (typeof message === 'object' && message !== null && 'got' in message) return message.got
  }
}

test('a report that was sent before the server listened reaches it, and so do those that follow; other messages do not', async () => {
  const command = startCommand()
  const got = gotBy(command)
  command.send({ engine: { state: 'starting', forMs: 0 } })
  expect(await got).toEqual({ state: 'starting', forMs: 0 })
  const next = gotBy(command)
  command.send({ nextWorkerOptions: {} })
  command.send({ engine: { state: 'ended', forMs: 3, reason: 'SIGKILL', waitMs: 500 } })
  expect(await next).toEqual({ state: 'ended', forMs: 3, reason: 'SIGKILL', waitMs: 500 })
})
