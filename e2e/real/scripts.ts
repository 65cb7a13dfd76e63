import { FUNCTION_MARK, MARK } from './server'

// Every script names its functions and descriptions so that the clean-up finds what it made, and ends by itself.

/** Longest that a script of the suite runs unless it is stopped, s. */
const MOST_S = 60

/** A run over the numbers 1 and 2 of every shard. Its function does `body` with the record `x`. */
export const run = (body: string, options = ''): string => `
import time

def ${FUNCTION_MARK}_numbers():
    yield 1
    yield 2

def ${FUNCTION_MARK}_step(x):
    ${body}

GB('PythonReader').map(${FUNCTION_MARK}_step).run(${FUNCTION_MARK}_numbers${options})
`

/** Python that is busy until it is stopped. */
export const busy = run(`end = time.time() + ${MOST_S}
    while time.time() < end:
        pass
    return x`)

/** One record from each shard. */
export const fromEachShard = `
def ${FUNCTION_MARK}_shard(x):
    return x

GB('ShardsIDReader').map(${FUNCTION_MARK}_shard).run()
`

/** A function that does `body`, registered with these arguments. */
export const registration = (reader: string, name: string, body: string, register: string): string => `
def ${FUNCTION_MARK}_answer(x):
    ${body}

GB('${reader}', desc='${MARK} ${name}').map(${FUNCTION_MARK}_answer).register(${register})
`

/** A command whose function does `body` with the words `x` of the call. */
export const command = (name: string, body: string, mode: 'sync' | 'async' | 'async_local' = 'sync'): string =>
  registration('CommandReader', name, body, `trigger='${name}', mode='${mode}'`)

/** A function that fires when a string is set under `prefix`; SET with an expiry also raises `expire`. */
export const onKeys = (name: string, prefix: string, body: string): string =>
  registration('KeysReader', name, body, `'${prefix}*', eventTypes=['set'], mode='async_local'`)

/** A function that reads the stream. */
export const onStream = (name: string, stream: string, body: string): string =>
  registration('StreamReader', name, body, `'${stream}', mode='async_local'`)

/** How the suite describes a registration of this name. */
export const described = (name: string): string => `${MARK} ${name}`
