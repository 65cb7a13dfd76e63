import { wallMs } from '../clock'

export interface SlowCommand {
  readonly id: number
  /** Seconds since the epoch. */
  readonly at: number
  readonly micros: number
  readonly argv: readonly string[]
  readonly address: string
  readonly client: string
}

const MAX_ARGUMENTS = 32
const MAX_TEXT = 128

/** SLOWLOG: the slowest recent commands, newest first. */
export class Slowlog {
  readonly entries: SlowCommand[] = []
  private nextId = 0

  addCommand(argv: readonly Buffer[], micros: number, address: string, client: string, most: number): void {
    const shown = argv.slice(0, argv.length > MAX_ARGUMENTS ? MAX_ARGUMENTS - 1 : MAX_ARGUMENTS).map((arg) => {
      const text = arg.toString('utf8', 0, MAX_TEXT)
      return arg.length > MAX_TEXT ? `${text}... (${arg.length - MAX_TEXT} more bytes)` : text
    })
    if (argv.length > MAX_ARGUMENTS) shown.push(`... (${argv.length - MAX_ARGUMENTS + 1} more arguments)`)
    this.entries.unshift({
      id: this.nextId++,
      at: Math.floor(wallMs() / 1000),
      micros,
      argv: shown,
      address,
      client,
    })
    if (this.entries.length > most) this.entries.length = most
  }

  clear(): void {
    this.entries.length = 0
  }
}
