import { steadyMs, wallMs } from '../../../clock'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK } from '../../core'
import { dumpValue, isSealed, restoreValue } from '../../keys/rdb/payload'
import { BadPayload } from '../../keys/rdb/reader'
import type { StoredValue } from '../../keys/values'
import { arg, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'

function dump({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const entry = keys.lookup(name(argv[1]))
  if (!entry) return null
  const payload = dumpValue(entry.value)
  if (!payload) throw new CommandError("ERR this engine does not dump values of a module's type")
  return payload
}

interface RestoreOptions {
  replace: boolean
  absolute: boolean
  idleSeconds: number | undefined
}

function restoreOptions(argv: readonly Buffer[]): RestoreOptions {
  const options: RestoreOptions = { replace: false, absolute: false, idleSeconds: undefined }
  let frequency = false
  for (let i = 4; i < argv.length; i++) {
    const option = word(argv[i])
    const more = i + 1 < argv.length
    if (option === 'replace') options.replace = true
    else if (option === 'absttl') options.absolute = true
    else if (option === 'idletime' && more && !frequency) {
      options.idleSeconds = integer(argv[++i])
      if (options.idleSeconds < 0) throw new CommandError('ERR Invalid IDLETIME value, must be >= 0')
    } else if (option === 'freq' && more && options.idleSeconds === undefined) {
      const value = integer(argv[++i])
      if (value < 0 || value > 255) throw new CommandError('ERR Invalid FREQ value, must be >= 0 and <= 255')
      frequency = true
    } else syntaxError()
  }
  return options
}

function restored(payload: Buffer): StoredValue {
  if (!isSealed(payload)) throw new CommandError('ERR DUMP payload version or checksum are wrong')
  try {
    return restoreValue(payload)
  } catch (error) {
    if (error instanceof BadPayload) throw new CommandError('ERR Bad data format')
    throw error
  }
}

function restore({ keys }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { replace, absolute, idleSeconds } = restoreOptions(argv)
  const key = name(argv[1])
  if (!replace && keys.lookupWrite(key)) throw new CommandError('BUSYKEY Target key name already exists.')
  const ttl = integer(argv[2])
  if (ttl < 0) throw new CommandError('ERR Invalid TTL value, must be >= 0')
  const value = restored(arg(argv, 3))
  const removed = replace && keys.remove(key)
  const now = wallMs()
  const expireAt = ttl === 0 || absolute ? ttl : now + ttl
  if (expireAt !== 0 && expireAt <= now) {
    if (removed) {
      keys.modified(key)
      keys.event('del', key)
    }
    return OK
  }
  keys.adopt(key, value, expireAt)
  const entry = keys.peek(key)
  if (entry && idleSeconds !== undefined) entry.usedAt = steadyMs() - idleSeconds * 1000
  keys.modified(key)
  keys.event('restore', key)
  return OK
}

export const dumping: CommandHandlers = { dump, restore }
