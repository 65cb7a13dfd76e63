// Completes package-lock.json with the optional platform packages that the registry at hand did not offer.
// `npm install` leaves them out, `npm ci` then refuses the lock, and another platform would get no native binary.
// Run it after every change of dependencies (`npm run lock`); test/lock.test.ts proves the lock complete.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix']
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** Platform fields of a package by the words of its name: `@next/swc-linux-x64-musl` is linux, x64, musl. */
export function platformOf(name) {
  const words = name.split(/[/-]/)
  const os = words.map((w) => (w === 'linuxmusl' ? 'linux' : w)).find((w) => OS.includes(w))
  const cpu = words.map((w) => (w.startsWith('arm') && w !== 'arm64' ? 'arm' : w)).find((w) => CPU.includes(w))
  if (!os && !cpu) return undefined
  const musl = words.some((w) => w === 'musl' || w === 'linuxmusl')
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os && { os: [os] }),
    ...(os === 'linux' && (musl || words.includes('gnu')) && { libc: [musl ? 'musl' : 'glibc'] }),
  }
}

/** Entries that the lock lacks: `{key, entry}` for every exact-version optional package without one. */
export function missingEntries(lock) {
  const missing = []
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const exact = /^\d+\.\d+\.\d+\S*$/.test(version)
      const known = [`${parent}/node_modules/${name}`, `node_modules/${name}`].some((key) => lock.packages[key])
      const platform = platformOf(name)
      if (known || !exact || !platform) continue
      missing.push({
        key: `node_modules/${name}`,
        entry: { version, ...platform, ...(dev && { dev }), optional: true },
      })
    }
  }
  return missing
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = new URL('../package-lock.json', import.meta.url)
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  const missing = missingEntries(lock)
  for (const { key, entry } of missing) lock.packages[key] = entry
  const root = lock.packages['']
  delete lock.packages['']
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = { '': root, ...Object.fromEntries(sorted) }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${missing.length} platform entries added, ${sorted.length} in all`)
}
