// The programs of a soak and what the system says of them.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SERVER } from '../../bin/build.mjs'
import { endAll, freePorts, ROOT, startNode } from '../../bin/processes.mjs'

const CHILDREN = []

/** The embedded RedisGears with its seed; resolves with its ports when it is ready. */
export async function startEngine(shards) {
  const port = await freePorts(shards)
  const child = startNode(
    [join(ROOT, 'bin/engine.mjs'), '--port', String(port), '--shards', String(shards), '--seed'],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  )
  CHILDREN.push(child)
  await Promise.race([once(child.stdout, 'data'), failed(child, 'the engine')])
  return { child, ports: Array.from({ length: shards }, (_, at) => port + at) }
}

/** The built Gearboard, recording into `data`; resolves when it answers. */
export async function startGearboard({ enginePort, data }) {
  const port = await freePorts(1)
  const env = {
    NODE_ENV: 'production',
    PORT: String(port),
    HOST: '127.0.0.1',
    HOSTNAME: '127.0.0.1',
    GEARBOARD_URL: `redis://127.0.0.1:${enginePort}`,
    GEARBOARD_DATA: data,
    // A soak of half an hour records more than the default keeps; what is forgotten on purpose is not missed.
    GEARBOARD_RETENTION_MB: '8192',
  }
  const child = startNode([SERVER], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  CHILDREN.push(child)
  const url = `http://127.0.0.1:${port}`
  const ended = failed(child, 'Gearboard')
  while (!(await Promise.race([answers(`${url}/api/health`), ended]))) await new Promise((done) => setTimeout(done, 50))
  return { child, url }
}

export const endPrograms = () => endAll(CHILDREN)

async function failed(child, name) {
  const [code, signal] = await once(child, 'exit')
  throw new Error(`${name} ended with ${signal ?? code}`)
}

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}

/** Resident memory, MB; Linux. */
export const residentMb = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/** Processor time so far of all threads, s; Linux counts it in hundredths. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
