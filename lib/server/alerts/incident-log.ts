import type { Incident } from '@/lib/model/alerts/incident'
import type { AlertDelivery } from '@/lib/model/alerts/notification'
import type { History } from '../history/history'
import { wordsOf } from '../history/history-error'
import { log } from '../log'

/** Changes that wait for a disk that takes none: beyond these the oldest that ended are given up. */
const MOST_UNWRITTEN = 5000

/**
 * Writes incidents with what is to be sent of them. What the disk does not take waits and is tried again; it is sent anyway, and once: after the
 * first attempt to write it, so that a crash in between loses nothing.
 */
export class IncidentLog {
  private readonly unwritten = new Map<string, Incident>()
  /** To be written with them, by id. */
  private readonly deliveries = new Map<string, AlertDelivery>()
  /** Not passed on yet. */
  private unsent: AlertDelivery[] = []
  private last: Promise<void> = Promise.resolve()
  /** The attempt that begins when the last one has ended. */
  private next: Promise<void> | undefined
  private failure: string | undefined

  constructor(
    private readonly history: Pick<History, 'state' | 'store'>,
    private readonly send: (deliveries: readonly AlertDelivery[]) => void,
  ) {}

  /** Those that have ended and are not in the history yet. */
  get unwrittenEnds(): readonly Incident[] {
    return [...this.unwritten.values()].filter(({ state }) => state === 'resolved')
  }

  /** Takes an incident as it is now; `flush` writes it. */
  write(incident: Incident, deliveries: readonly AlertDelivery[] = []): void {
    this.unwritten.set(incident.id, incident)
    for (const delivery of deliveries) this.deliveries.set(delivery.id, delivery)
    this.unsent.push(...deliveries)
  }

  /** Resolves after what was there is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    this.next ??= this.last.then(() => {
      this.next = undefined
      this.last = this.writeAll()
      return this.last
    })
    return this.next
  }

  private async writeAll(): Promise<void> {
    if (this.unwritten.size === 0 && this.unsent.length === 0) return
    const incidents = [...this.unwritten.values()]
    const deliveries = [...this.deliveries.values()]
    const { unsent } = this
    this.unsent = []
    try {
      await this.history.store.alerts.incidents.write(incidents, deliveries)
      // What changed meanwhile waits for the next time.
      for (const incident of incidents)
        if (this.unwritten.get(incident.id) === incident) this.unwritten.delete(incident.id)
      for (const { id } of deliveries) this.deliveries.delete(id)
      this.failure = undefined
    } catch (error) {
      this.failed(error)
    }
    if (unsent.length > 0) this.send(unsent)
  }

  private failed(error: unknown): void {
    const words = wordsOf(error)
    if (words !== this.failure) log.warn({ why: words }, 'alerts are kept in memory until the history can be written')
    this.failure = words
    for (const [id, { state }] of this.unwritten) {
      if (this.unwritten.size <= MOST_UNWRITTEN) break
      if (state === 'resolved') this.unwritten.delete(id)
    }
    // Whoever sends them records how that went.
    for (const id of [...this.deliveries.keys()].slice(0, -MOST_UNWRITTEN)) this.deliveries.delete(id)
  }
}
