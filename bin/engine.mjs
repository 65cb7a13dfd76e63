#!/usr/bin/env node
/** Starts the embedded RedisGears alone; `--help` lists the options. */
import { buildEngine } from './build-engine.mjs'
import { whenNpmEnds } from './processes.mjs'

whenNpmEnds(() => process.kill(process.pid, 'SIGTERM'))

const { main: module, shard, wheels, root } = await buildEngine()
const { main } = await import(module.href)
await main(process.argv.slice(2), { root, shard, wheels })
