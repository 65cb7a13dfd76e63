import { Counter, Gauge, type Registry } from 'prom-client'

/** The metric families of one scrape, each made with its first sample, so that an unknown value has no series at all instead of a zero. */
export class Families {
  private readonly known = new Map<string, Counter | Gauge>()

  constructor(private readonly registry: Registry) {}

  /** Nothing is written for null: unknown. */
  gauge(name: string, help: string, value: number | null | undefined, labels: Labels): void {
    if (value === null || value === undefined) return
    const family = this.family(name, () => new Gauge(this.definition(name, help, labels)))
    if (family instanceof Gauge) family.inc(labels, value)
  }

  /** A total that the server or the hub keeps; equal labels add up. */
  counter(name: string, help: string, value: number | null | undefined, labels: Labels): void {
    if (value === null || value === undefined) return
    const family = this.family(name, () => new Counter(this.definition(name, help, labels)))
    if (family instanceof Counter) family.inc(labels, Math.max(0, value))
  }

  private definition(name: string, help: string, labels: Labels) {
    return { name, help, labelNames: Object.keys(labels), registers: [this.registry] }
  }

  private family(name: string, make: () => Counter | Gauge): Counter | Gauge {
    const known = this.known.get(name) ?? make()
    this.known.set(name, known)
    return known
  }
}

type Labels = Readonly<Record<string, string>>
