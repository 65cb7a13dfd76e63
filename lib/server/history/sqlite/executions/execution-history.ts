import type { ExecutionHistory } from '@/lib/server/history/store'
import type { StoreAccess } from '../store-access'
import { countExecutions, readOne, readPage, readPast } from './execution-reads'
import { readFunctions } from './function-reads'

export const executionsIn = (access: StoreAccess): ExecutionHistory => ({
  record: (connection, execution, known = {}) => access.writer?.recordExecution(connection, execution, known),
  page: (query) => access.readInSteps((reading) => readPage(reading, query, access.now())),
  count: (query, held) => access.readInSteps((reading) => countExecutions(reading, query, held)),
  one: (connection, key, epoch) => access.read((reading) => readOne(reading, connection, key, epoch)),
  past: (connection, key, runId) => access.read((reading) => readPast(reading, connection, key, runId)),
  functions: (query) => access.readInSteps((reading) => readFunctions(reading, query)),
})
