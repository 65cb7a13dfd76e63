import type { RedisGears } from '@gearboard/gears'
import type { History } from '../history/history'
import type { Hub } from '../hub/hub'
import type { Recorder } from '../hub/publish/recorder'
import type { StreamInspector } from '../hub/streams/stream-inspector'
import type { PageReads } from './page-reads'
import type { SourceStore } from './source-store'

/** What a connection consists of, as its operations work on it. */
export interface ConnectionParts {
  readonly name: string
  readonly gears: RedisGears
  readonly hub: Hub
  readonly recorder: Recorder
  readonly sources: SourceStore
  readonly streamInspector: StreamInspector
  readonly reads: PageReads
  readonly history: History
  /** Resolves when there is something to show, old as it may be. @throws GearsError when no shard was ever reached */
  known(): Promise<void>
}
