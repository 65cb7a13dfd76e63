import { expect, test } from './fixtures'

test.use({ gearboardEnv: { GEARBOARD_PASSWORD: 'open sesame' } })

test('a scraper gives the password as Basic or Bearer', async ({ request, gearboard }) => {
  const url = `${gearboard.url}/metrics`
  const refused = await request.get(url)
  expect(refused.status()).toBe(401)
  expect(refused.headers()['www-authenticate']).toContain('Basic')
  const basic = (password: string) => `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`
  expect((await request.get(url, { headers: { authorization: basic('open sesame') } })).status()).toBe(200)
  expect((await request.get(url, { headers: { authorization: basic('wrong') } })).status()).toBe(401)
})
