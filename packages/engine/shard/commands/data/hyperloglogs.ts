import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, OK } from '../../core'
import {
  addElement,
  emptyRegisters,
  estimate,
  mergeRegisters,
  type Registers,
  readRegisters,
  writeRegisters,
} from '../../keys/hyperloglog'
import { StoredString } from '../../keys/values'
import { name } from '../arguments'
import type { CommandHandlers } from '../spec'

function registersOf(value: StoredString | undefined): Registers | undefined {
  if (!value) return undefined
  const registers = readRegisters(value.bytes)
  if (!registers) throw new CommandError('WRONGTYPE Key is not a valid HyperLogLog string value.')
  return registers
}

function store({ keys }: CommandContext, key: string, registers: Registers): void {
  keys.putValue(key, new StoredString(writeRegisters(registers), 'raw'), true)
  keys.modified(key)
  keys.event('pfadd', key)
}

export const hyperloglogs: CommandHandlers = {
  pfadd(context, argv) {
    const key = name(argv[1])
    const known = registersOf(context.keys.write(key, StoredString))
    const registers = known ?? emptyRegisters()
    const changed = argv.slice(2).filter((element) => addElement(registers, element)).length
    if (known && changed === 0) return 0
    store(context, key, registers)
    return 1
  },
  pfcount({ keys }, argv): CommandReply {
    const all = argv.slice(1).map((key) => registersOf(keys.read(name(key), StoredString)))
    const union = emptyRegisters()
    for (const registers of all) if (registers) mergeRegisters(union, registers)
    return estimate(union)
  },
  pfmerge(context, argv) {
    const union = emptyRegisters()
    for (const key of argv.slice(1)) {
      const registers = registersOf(context.keys.read(name(key), StoredString))
      if (registers) mergeRegisters(union, registers)
    }
    store(context, name(argv[1]), union)
    return OK
  },
}
