import type { Handlers } from '../http/route'
import { cluster, refreshCluster } from '../operations/cluster'
import { connectionNamed } from '../runtime'

export const clusterHandlers: Pick<Handlers, 'cluster' | 'refreshCluster'> = {
  cluster: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return cluster(connection)
  },

  refreshCluster: async ({ runtime, params }) => refreshCluster(connectionNamed(runtime, params.connection)),
}
