#!/usr/bin/env node
/** Starts the embedded RedisGears alone; `--help` lists the options. */
import { buildEngine } from './build-engine.mjs'
import { forgetEnvironment, givenPassword } from './engine-start.mjs'
import { whenNpmEnds } from './processes.mjs'

whenNpmEnds(() => process.kill(process.pid, 'SIGTERM'))

/** Ends with the code of a refused command line where the variable cannot be a password. */
function readPassword() {
  try {
    return givenPassword(process.env)
  } catch (error) {
    console.error(error.message)
    process.exit(2)
  }
}

const password = readPassword()
const { main: module, shard, wheels, root } = await buildEngine()
const { main } = await import(module.href)
forgetEnvironment()
await main(process.argv.slice(2), { root, shard, wheels, password })
