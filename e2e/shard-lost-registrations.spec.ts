import { Redis } from 'ioredis'
import type { APIRequestContext, Page } from 'playwright/test'
import { expect, test } from './fixtures'

// It kills a shard.
test.use({ shards: 3, engineOf: 'shard-lost-registrations' })
test.describe.configure({ timeout: 180_000 })

const VICTIM = 2
/** What the tests speak as while the victim refuses everybody else. */
const ADMIN = { username: 'keeper', password: 'keeper' }

/** Asks one shard alone: no cluster client in between. */
async function ask(port: number, ...[command, ...args]: readonly [string, ...string[]]): Promise<unknown> {
  const shard = new Redis({ port, host: '127.0.0.1', protocol: 2, retryStrategy: null, ...ADMIN })
  // A shard that dies takes the connection along; the command's own error shows that.
  shard.on('error', () => {})
  try {
    return await shard.call(command, ...args)
  } finally {
    shard.disconnect()
  }
}

async function register(request: APIRequestContext, url: string, script: string): Promise<string> {
  const answer = await request.post(`${url}/api/default/functions`, { data: { script } })
  expect(answer.status(), await answer.text()).toBe(200)
  const { registrations }: { registrations: string[] } = await answer.json()
  return registrations[0] ?? ''
}

const rowOf = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) })

/** Creates that user, whom a restarted shard does not know. */
async function letKeeperIn(port: number): Promise<void> {
  const shard = new Redis({ port, host: '127.0.0.1', protocol: 2 })
  try {
    await shard.call('ACL', 'SETUSER', ADMIN.username, 'on', `>${ADMIN.password}`, '~*', '+@all')
  } finally {
    shard.disconnect()
  }
}

test.beforeAll(async ({ engine }) => {
  for (const index of [0, 1, 2]) {
    await letKeeperIn(engine.port + index)
    await ask(engine.port + index, 'RG.REFRESHCLUSTER')
  }
})

test('a shard falls silent, is heard again, dies, and comes back: each figure says what it is of', async ({
  page,
  request,
  gearboard,
  engine,
  unique,
}) => {
  const victim = engine.port + VICTIM
  const victimName = String(await ask(victim, 'CLUSTER', 'MYID')).slice(0, 4)
  const [command, stream] = [`${unique}-command`, `${unique}-stream`]
  const id = await register(
    request,
    gearboard.url,
    `GB('CommandReader', desc='${command}').register(trigger='${command}', mode='sync')`,
  )
  const streamId = await register(
    request,
    gearboard.url,
    `GB('StreamReader', desc='${stream}').foreach(lambda x: None).register('${stream}*', mode='async_local')`,
  )
  for (const index of [0, 1, 2])
    for (let times = 0; times <= index; times++) await ask(engine.port + index, 'RG.TRIGGER', command)

  await page.goto(`/default/registrations?q=name:${unique}`)
  await expect(rowOf(page, command)).toContainText('3/3')
  const heading = page.getByRole('heading', { level: 1 })

  await test.step('silent: its figures are marked as old, and an action that cannot be verified there says so', async () => {
    await ask(victim, 'ACL', 'SETUSER', 'default', '-@all')
    await expect(rowOf(page, command)).toContainText('2/3')
    await expect(rowOf(page, command)).toContainText('1 shard silent: counters from the last report')
    await expect(heading).toContainText('as reported by 2 of 3 shards')

    await page.getByRole('checkbox', { name: `Select registration ${stream}` }).click()
    await page.getByRole('main').getByRole('button', { name: 'Pause' }).click()
    const dialog = page.getByRole('dialog', { name: 'Pause 1 registration?' })
    await dialog.getByRole('button', { name: 'Pause 1 registration' }).click()
    await expect(dialog).toContainText('Paused on 2 of 3 shards.')
    await expect(dialog).toContainText('NOPERM')
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    expect(JSON.stringify(await ask(engine.port, 'RG.DUMPREGISTRATIONS'))).toContain('"PAUSED"')

    await page.goto(`/default/registrations/${id}`)
    const counters = page.getByRole('table', { name: 'Counters per shard' })
    await expect(counters.getByRole('row', { name: new RegExp(victimName) })).toContainText(
      'silent; from its last report',
    )
    await expect(counters.getByRole('row', { name: /^Sum/ }).getByRole('cell').first()).toHaveText('6')
  })

  await test.step('heard again: all three shards count, and the pause is seen to have reached it', async () => {
    await ask(victim, 'ACL', 'SETUSER', 'default', '+@all')
    await page.goto(`/default/registrations/${streamId}`)
    await expect(page.getByText('Paused: new entries wait in the stream.')).toBeVisible()
    expect(JSON.stringify(await ask(victim, 'RG.DUMPREGISTRATIONS'))).toContain('"PAUSED"')
  })

  await test.step('dead and back: its counters went back, which is said, and the baseline does not count on', async () => {
    await page.goto(`/default/registrations/${id}`)
    await page.getByRole('button', { name: 'Reset counters in this view only' }).click()
    await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('no change')
    await expect(ask(victim, 'DEBUG', 'SEGFAULT')).rejects.toThrow()
    const findings = page.getByRole('region', { name: 'Findings' })
    await expect(findings).toContainText(
      'Its counters restarted: a shard reloaded, or another client cleared the statistics',
      {
        timeout: 60_000,
      },
    )
    await expect(page.getByText(/Since \d\d:\d\d:/)).toContainText('unknown: the counters were reset')
    const counters = page.getByRole('table', { name: 'Counters per shard' })
    await expect(counters.getByRole('row', { name: /^Sum/ }).getByRole('cell').first()).toHaveText('3')
    await page.goto(`/default/registrations?q=name:${unique}&counts=baseline`)
    await expect(rowOf(page, command).getByText('–').first()).toBeVisible()
  })

  await test.step('without it on one shard: a warning in the list and on the overview', async () => {
    await letKeeperIn(victim)
    // It restarted without its cluster: commands sent to it reach only itself.
    await ask(victim, 'RG.UNREGISTER', id)
    await page.goto(`/default/registrations?q=name:${unique}`)
    await expect(rowOf(page, command)).toContainText('partial')
    await expect(rowOf(page, command)).toContainText('Missing on 1 shard.')
    await expect(heading).toContainText('1 is missing on a shard')
    await page.goto('/default/overview')
    const attention = page.getByRole('region', { name: 'Needs attention' }).getByRole('listitem')
    await expect(attention.filter({ hasText: command }).first()).toContainText(`${victimName} does not know it`)
  })

  await test.step('refreshed: unregistering reaches every shard that has it', async () => {
    await ask(victim, 'RG.REFRESHCLUSTER')
    await page.goto(`/default/registrations/${id}?ask=unregister`)
    await page.getByRole('dialog').getByRole('button', { name: 'Unregister 1 registration' }).click()
    await expect(page).toHaveURL(/\/registrations$/)
    for (const index of [0, 1, 2])
      expect(JSON.stringify(await ask(engine.port + index, 'RG.DUMPREGISTRATIONS'))).not.toContain(command)
  })
})
