import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Authority } from '../test/certificates'
import { freePorts, isFree } from '../test/free-ports'
import { expect, test } from './fixtures'
import { watchPolicy } from './policy'

// A real nginx with TLS serves Gearboard under a path of its site. It compresses, and buffers what does not ask it not to.
test.use({
  ignoreHTTPSErrors: true,
  gearboardEnv: {
    GEARBOARD_BASE_PATH: '/gears',
    GEARBOARD_PASSWORD: 'open sesame',
    GEARBOARD_TRUST_PROXY: '127.0.0.1',
  },
})

const ends: (() => Promise<void>)[] = []
test.afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** `location` is what nginx calls a place of the site: `/gears/` passes the path on, `/gears/` with a target `/` cuts it off. */
async function startNginx(gearboard: number, target = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gearboard-nginx-'))
  const authority = new Authority()
  const { cert, key } = authority.pairFiles()
  const port = await freePorts()
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const conf = `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${paths.join('\n  ')}
  gzip on;
  gzip_proxied any;
  gzip_min_length 1;
  gzip_types text/css application/javascript application/json text/event-stream;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    location = / { return 200 "another page of this site"; }
    location /gears {
      ${target === '' ? '' : 'rewrite ^/gears/?(.*)$ /$1 break;'}
      proxy_pass http://127.0.0.1:${gearboard};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      client_max_body_size 256m;
    }
  }
}`
  writeFileSync(join(folder, 'nginx.conf'), conf)
  // Debian keeps it where only root looks.
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  nginx.stderr.on('data', (chunk) => {
    said += chunk
  })
  ends.push(async () => {
    const ended = nginx.exitCode === null ? once(nginx, 'exit') : undefined
    nginx.kill('SIGKILL')
    await ended
    authority.remove()
    rmSync(folder, { recursive: true, force: true })
  })
  await expect.poll(async () => (nginx.exitCode === null ? !(await isFree(port)) : `ended: ${said}`)).toBe(true)
  return `https://127.0.0.1:${port}`
}

/** Headers and the first bytes of a stream. */
const begin = (url: string, headers: Record<string, string>) =>
  new Promise<{ readonly headers: Record<string, unknown>; readonly text: string }>((resolve, reject) => {
    const request = get(url, { headers, rejectUnauthorized: false }, (answer) => {
      answer.once('data', (chunk: Buffer) => {
        resolve({ headers: answer.headers, text: chunk.toString('utf8') })
        request.destroy()
      })
    })
    request.on('error', reject)
  })

for (const [how, target] of [
  ['passes the path on', ''],
  ['cuts the path off', '/'],
] as const) {
  test(`everything is under the path of a site whose nginx ${how}`, async ({ page, gearboard }) => {
    const site = await startNginx(gearboard.port, target)
    const refused = await watchPolicy(page)
    const strayed: string[] = []
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (!/^\/gears(?:\/|$)/.test(pathname) || response.status() === 404)
        strayed.push(`${response.status()} ${pathname}`)
    })

    // The sign-in, and on to the only connection, which nobody is told of before.
    await page.goto(`${site}/gears`)
    await expect(page).toHaveURL(`${site}/gears/login?next=%2F`)
    await page.getByLabel('Password').fill('open sesame')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${site}/gears/default/overview`)
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ path: '/gears', secure: true, httpOnly: true, sameSite: 'Strict' })

    // The live stream passes as it comes.
    await expect(page.locator('header').getByText(/^live/)).toBeVisible()
    const live = await begin(`${site}/gears/api/default/live`, { cookie: `${cookie?.name}=${cookie?.value}` })
    expect(live.headers['content-type']).toContain('text/event-stream')
    expect(live.text).toContain('event: beat')

    // Links, the palette, a reload, the icon, and a file that is compressed.
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Executions' }).click()
    await expect(page).toHaveURL(`${site}/gears/default/executions`)
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('Memory')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${site}/gears/default/memory`)
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Python uses/)
    const icon = await page.locator('link[rel="icon"]').getAttribute('href')
    expect(icon).toMatch(/^\/gears\/icon\.svg/)
    expect((await page.request.get(`${site}${icon}`)).headers()['content-type']).toContain('image/svg+xml')
    const script = await page.locator('script[src]').first().getAttribute('src')
    expect((await page.request.get(`${site}${script}`)).headers()).toMatchObject({ 'content-encoding': 'gzip' })

    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(`${site}/gears/login`)
    expect(await page.context().cookies()).toEqual([])
    expect(strayed).toEqual([])
    expect(refused).toEqual([])
  })
}
