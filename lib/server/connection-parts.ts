import type { RedisGears } from '@gearboard/gears'
import type { Chronicle } from './chronicle'
import type { Hub } from './hub/hub'
import type { Scribe } from './hub/scribe'
import type { StreamWatch } from './hub/streams/streams'
import type { PageReads } from './page-reads'
import type { SourceStore } from './source-store'

/** What a connection consists of, as its actions work on it. */
export interface ConnectionParts {
  readonly name: string
  readonly gears: RedisGears
  readonly hub: Hub
  readonly scribe: Scribe
  readonly sources: SourceStore
  readonly streamWatch: StreamWatch
  readonly reads: PageReads
  readonly chronicle: Chronicle
  /** Resolves when there is something to show, old as it may be. @throws GearsError when no shard was ever reached */
  known(): Promise<void>
}
