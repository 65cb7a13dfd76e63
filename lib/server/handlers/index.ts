import 'server-only'
import type { Handlers } from '../http/route'
import { alertHandlers } from './alerts'
import { clusterHandlers } from './cluster'
import { configHandlers } from './config'
import { connectionSettingsHandlers } from './connection-settings'
import { connectionHandlers } from './connections'
import { environmentHandlers } from './environment'
import { executionHandlers } from './executions'
import { exportHandlers } from './exports'
import { functionHandlers } from './functions'
import { healthHandlers } from './health'
import { historyHandlers } from './history'
import { peopleHandlers } from './people'
import { profileHandlers } from './profile'
import { registrationHandlers } from './registrations'
import { sessionHandlers } from './session'
import { viewHandlers } from './views'

/** What answers each endpoint of the contract: one that is missing does not compile. */
export const handlers: Handlers = {
  ...healthHandlers,
  ...sessionHandlers,
  ...peopleHandlers,
  ...connectionHandlers,
  ...connectionSettingsHandlers,
  ...alertHandlers,
  ...executionHandlers,
  ...registrationHandlers,
  ...functionHandlers,
  ...environmentHandlers,
  ...clusterHandlers,
  ...configHandlers,
  ...profileHandlers,
  ...historyHandlers,
  ...exportHandlers,
  ...viewHandlers,
}
