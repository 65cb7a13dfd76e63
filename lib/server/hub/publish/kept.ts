/** Something published, with the version that brought it, and its JSON: made when a viewer first wants it, once for all of them. */
export class Kept<T> {
  private json: string | undefined

  constructor(
    readonly value: T,
    readonly version: number,
    /** What of it is told. */
    private readonly shown: (value: T) => T = (each) => each,
  ) {}

  get text(): string {
    this.json ??= JSON.stringify(this.shown(this.value))
    return this.json
  }
}
