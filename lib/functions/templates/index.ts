import { COMMANDS } from './commands'
import { EVENTS } from './events'
import { RUNS } from './runs'
import type { Template } from './template'

export type { Template } from './template'

export const TEMPLATES: readonly Template[] = [...RUNS, ...EVENTS, ...COMMANDS]

/** What an empty editor starts with. */
export const STARTER = `# Ctrl+Enter runs it. Templates are above; completions appear as you type.
gb = GearsBuilder('KeysReader')
gb.map(lambda r: r['key'])
gb.limit(10)
gb.run('*')
`
