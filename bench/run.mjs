// `npm run bench`: every benchmark of this folder, one after the other; `npm run bench -- engine-gears` runs one.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const wanted = process.argv.slice(2)
const all = readdirSync(import.meta.dirname)
  .filter((name) => /\.(mjs)$/.test(name) && name !== basename(import.meta.filename))
  .map((name) => name.replace('.mjs', ''))
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`no benchmark named ${unknown.join(', ')}; there are ${all.join(', ')}`)
  process.exit(2)
}
let failed = 0
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.mjs`)], { stdio: 'inherit' })
  if (status !== 0) failed++
}
process.exit(failed === 0 ? 0 : 1)
