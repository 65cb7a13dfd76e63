import type { Incident } from '@/lib/model/alerts/incident'
import { MOST_MUTE_MINUTES } from '@/lib/model/alerts/kinds'
import { wrongField } from '../errors'
import type { AlertRecordKind } from '../history/store'
import type { RecordStore } from '../kept-records'
import { type AlertMute, AlertRecords } from './alert-records'
import { type AlertClocks, OWN_CLOCKS } from './clocks'

const MINUTE_MS = 60_000
const MOST_MUTES = 1000

type Muted = Pick<Incident, 'rule' | 'connection' | 'subject'>

/** A mute is of rule, connection and subject: it outlives the incident, which may end and begin again. */
const muteId = ({ rule, connection, subject }: Muted): string =>
  JSON.stringify([rule.id, connection, subject.kind, subject.key])

/** What is muted, and until when: as long as was said, even if the clock is set meanwhile. */
export class AlertMutes {
  private readonly stored: AlertRecords<'mute'>
  /** When each ends on the steady clock, ms, with the record that this was found from. */
  private readonly ends = new Map<string, { readonly until: number; readonly steadyEnd: number }>()

  constructor(
    store: RecordStore<AlertRecordKind>,
    private readonly clocks: AlertClocks = OWN_CLOCKS,
  ) {
    this.stored = new AlertRecords('mute', store, () => clocks.steady())
  }

  /** Our clock, ms; null: it is not muted. */
  until(incident: Muted): number | null {
    const mute = this.stored.byId?.get(muteId(incident))
    return mute && this.endOf(mute) > this.clocks.steady() ? mute.until : null
  }

  /** @param minutes 0 ends it @throws ApiRefusal where it cannot be stored */
  async mute(incident: Muted, minutes: number, by: string | null): Promise<number | null> {
    const { present } = this.stored
    const id = muteId(incident)
    for (const each of present.values()) if (this.endOf(each) <= this.clocks.steady()) await this.forget(each)
    const known = present.get(id)
    if (minutes === 0) {
      if (known) await this.forget(known)
      return null
    }
    if (!known && this.stored.present.size >= MOST_MUTES)
      throw wrongField('minutes', `${MOST_MUTES} things are muted, which is the most; wait until one ends`)
    const until = this.clocks.wall() + minutes * MINUTE_MS
    await this.stored.write({ id, until, by })
    return until
  }

  private async forget(mute: AlertMute): Promise<void> {
    await this.stored.remove(mute)
    this.ends.delete(mute.id)
  }

  private endOf({ id, until }: AlertMute): number {
    const known = this.ends.get(id)
    if (known && known.until === until) return known.steadyEnd
    const { wall, steady } = this.clocks
    const left = Math.min(until - wall(), MOST_MUTE_MINUTES * MINUTE_MS)
    const steadyEnd = steady() + left
    this.ends.set(id, { until, steadyEnd })
    return steadyEnd
  }
}
