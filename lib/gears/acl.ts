import * as commands from './commands'
import { RG_COMMANDS } from './probe'

/** Of commands with subcommands, those that Gearboard sends. */
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  CLIENT: ['SETNAME'],
  CLUSTER: ['INFO', 'SLOTS'],
  COMMAND: ['INFO'],
  MODULE: ['LIST'],
  OBJECT: ['ENCODING'],
  XINFO: ['STREAM', 'GROUPS'],
}

/** Sent by the connection itself, and to find out what this user may run. */
const BESIDE = ['CLIENT', 'MULTI']

const named = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && 'name' in value && 'decode' in value && typeof value.name === 'string'
    ? [value.name]
    : []

/**
 * What an administrator sends so that this user may run every command that Gearboard has a use for (`ACL SETUSER … +rg.pyexecute …`). Commands
 * are named one by one: RG commands belong to no ACL category on Redis up to 7.2. Keys are those that people look at or write.
 */
export function aclLine(user = 'default'): string {
  const others = [...new Set([...BESIDE, ...Object.values(commands).flatMap(named)])].filter(
    (name) => !RG_COMMANDS.includes(name),
  )
  const rules = [...RG_COMMANDS, ...others].flatMap(
    (name) => SUBCOMMANDS[name]?.map((sub) => `${name}|${sub}`) ?? [name],
  )
  return `ACL SETUSER ${user} allkeys ${rules.map((rule) => `+${rule.toLowerCase()}`).join(' ')}`
}
