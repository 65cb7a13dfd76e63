/** An entry with content that Gearboard never writes: the disk is damaged, or the file was edited. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow'
}

/** A row of the database, read by column. @throws DamagedRow where a value has another type than the schema says */
export class Row {
  private readonly columns: object

  constructor(columns: unknown) {
    this.columns = typeof columns === 'object' && columns !== null ? columns : {}
  }

  text(name: string): string {
    const value = this.get(name)
    if (typeof value !== 'string') throw this.unexpected(name, 'text', value)
    return value
  }

  number(name: string): number {
    const value = this.get(name)
    if (typeof value !== 'number') throw this.unexpected(name, 'a number', value)
    return value
  }

  textOrNull(name: string): string | null {
    return this.get(name) === null ? null : this.text(name)
  }

  numberOrNull(name: string): number | null {
    return this.get(name) === null ? null : this.number(name)
  }

  flag(name: string): boolean {
    return this.number(name) !== 0
  }

  /** One word of a closed list. */
  word<T extends string>(name: string, words: readonly T[]): T {
    const value = this.text(name)
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw this.unexpected(name, words.join(' or '), value)
    return word
  }

  private get(name: string): unknown {
    return Reflect.get(this.columns, name)
  }

  private unexpected(name: string, expected: string, got: unknown): DamagedRow {
    return new DamagedRow(`history.db, column ${name}: expected ${expected}, got ${got === null ? 'null' : typeof got}`)
  }
}
