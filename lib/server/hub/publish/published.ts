/** A published value, the version that brought it, and its JSON, which is made once, when the first viewer wants it. */
export class Published<T> {
  private json: string | undefined

  constructor(
    readonly value: T,
    readonly version: number,
    /** The part of it that is published. */
    private readonly shown: (value: T) => T = (each) => each,
  ) {}

  get text(): string {
    this.json ??= JSON.stringify(this.shown(this.value))
    return this.json
  }
}
