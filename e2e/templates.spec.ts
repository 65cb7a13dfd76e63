import type { Redis } from 'ioredis'
import type { Page } from 'playwright/test'
import { TEMPLATES } from '../lib/functions/templates'
import { expect, test } from './fixtures'

/** What each template must have done, asked over RESP or read on the page. */
interface Check {
  readonly before?: (redis: Redis) => Promise<unknown>
  readonly after: (page: Page, redis: Redis) => Promise<void>
}

const result = (page: Page, text: string | RegExp) =>
  expect(page.getByRole('region', { name: 'Output' }).getByText(text).first()).toBeVisible()

const CHECKS: Readonly<Record<string, Check>> = {
  'word-count': {
    before: (redis) => redis.set('text:1', 'to be or not to be'),
    after: (page) => result(page, 'map of 2'),
  },
  'delete-by-prefix': {
    before: (redis) => redis.mset('tmp:1', 'a', 'tmp:2', 'b'),
    after: async (page, redis) => {
      await result(page, '2')
      expect(await redis.exists('tmp:1', 'tmp:2')).toBe(0)
    },
  },
  'monte-carlo-pi': { after: (page) => result(page, /^3\.1\d+$/) },
  'key-census': {
    before: (redis) => redis.hset('census', 'f', '1'),
    after: (page) => result(page, 'hash'),
  },
  'key-expiry': {
    after: async (_page, redis) => {
      await redis.set('session:1', 'x', 'PX', 50)
      await expect
        .poll(() => redis.xrange('expired:{06S}', '-', '+'))
        .toEqual([[expect.any(String), ['key', 'session:1']]])
    },
  },
  'write-behind': {
    after: async (_page, redis) => {
      await redis.hset('product:1', 'price', '40')
      const [entry] = await redis.xrange('changes:{06S}', '-', '+')
      expect(entry?.[1]).toEqual(['key', 'product:1', 'event', 'hset', 'price', '40'])
    },
  },
  'stream-retry': {
    after: async (_page, redis) => {
      await redis.xadd('incoming:web', '*', 'country', 'NO', 'total', '12.5')
      await expect.poll(() => redis.hgetall('revenue:{06S}')).toEqual({ NO: '12.5' })
    },
  },
  'cache-aside': {
    after: async (_page, redis) => {
      expect(await redis.get('cache:42')).toBe('value of cache:42')
      expect(await redis.ttl('cache:42')).toBeGreaterThan(0)
    },
  },
  'scheduled-work': {
    after: async (_page, redis) => {
      await expect.poll(() => redis.hget('heartbeat:{06S}', 'at'), { timeout: 15_000 }).toMatch(/^\d+$/)
      expect(await redis.del('timer:{06S}')).toBe(1)
    },
  },
  command: {
    after: async (_page, redis) => {
      expect(await redis.call('RG.TRIGGER', 'greet', 'world')).toEqual(['Hello, world. You are number 1.'])
    },
  },
  'rate-limiter': {
    after: async (_page, redis) => {
      const call = () => redis.call('RG.TRIGGERONKEY', 'rate.allow', 'rate:alice', '1', '60')
      expect(await call()).toEqual([[1, 0, 60]])
      expect(await call()).toEqual([[0, 0, expect.any(Number)]])
    },
  },
  'command-hook': {
    after: async (_page, redis) => {
      await redis.hset('user:1', 'name', 'Ada')
      expect(await redis.hgetall('user:1')).toEqual({ name: 'Ada', updated: expect.stringMatching(/^\d+$/) })
    },
  },
}

for (const template of TEMPLATES) {
  test(`${template.title}: from the gallery to the running server`, async ({ page, redis }) => {
    const check = CHECKS[template.id]
    if (!check) throw new Error(`no check for the template ${template.id}`)
    await check.before?.(redis)
    await page.goto('/default/editor')
    await page.getByRole('button', { name: 'Templates' }).click()
    await page.getByRole('button', { name: new RegExp(`^${template.title}`) }).click()
    await page.getByRole('button', { name: `Use ${template.title}` }).click()
    await page.getByRole('button', { name: template.action === 'register' ? 'Register' : 'Run', exact: true }).click()
    const done = {
      run: /^Finished in/,
      register: 'Added 1 registration on every shard.',
      schedule: 'The top level ran.',
    }
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(done[template.action])
    await check.after(page, redis)
  })
}
