import { alertsEndpoints } from './alerts'
import { clusterEndpoints } from './cluster'
import { configEndpoints } from './config'
import { connectionSettingsEndpoints } from './connection-settings'
import { connectionsEndpoints } from './connections'
import { environmentEndpoints } from './environment'
import { executionsEndpoints } from './executions'
import { exportEndpoints } from './exports'
import { functionsEndpoints } from './functions'
import { historyEndpoints } from './history'
import { memoryEndpoints } from './memory'
import { peopleEndpoints } from './people'
import { profileEndpoints } from './profile'
import { registrationsEndpoints } from './registrations'
import { sessionEndpoints } from './session'
import { viewsEndpoints } from './views'

/** Every endpoint, by name: method, path, access, requests and answers. */
export const contract = {
  ...sessionEndpoints,
  ...peopleEndpoints,
  ...connectionsEndpoints,
  ...connectionSettingsEndpoints,
  ...alertsEndpoints,
  ...executionsEndpoints,
  ...registrationsEndpoints,
  ...functionsEndpoints,
  ...memoryEndpoints,
  ...clusterEndpoints,
  ...configEndpoints,
  ...environmentEndpoints,
  ...profileEndpoints,
  ...historyEndpoints,
  ...exportEndpoints,
  ...viewsEndpoints,
} as const

export type Contract = typeof contract
