import type { SeriesHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { readGrowth } from './growth-reads'
import { readSeries } from './series-reads'

export const seriesIn = (access: StoreAccess): SeriesHistory => ({
  recordSample: (connection, sample) => access.writer?.recordSample(connection, sample),
  read: (query) => access.read((reading) => readSeries(reading, query, access.now())),
  growth: (stretch) => access.read((reading) => readGrowth(reading, stretch, access.now())),
})
