import type { SourceHistory } from '@/lib/server/history/store'
import { readDeployments } from '../series/growth-reads'
import type { StoreAccess } from '../store-access'
import { readSources, readSourceWithScript } from './sources'

export const sourcesIn = (access: StoreAccess): SourceHistory => ({
  record: (source, script) => access.act((writer) => writer.recordSource(source, script)),
  page: (query) => access.read((reading) => readSources(reading, query)),
  one: (id) => access.read((reading) => readSourceWithScript(reading, id)),
  deployments: (stretch) => access.read((reading) => readDeployments(reading, stretch)),
})
