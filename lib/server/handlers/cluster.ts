import type { Handlers } from '../route'
import { connectionNamed } from '../runtime'

export const clusterHandlers: Pick<Handlers, 'cluster' | 'refreshCluster'> = {
  cluster: async ({ runtime, params }) => {
    const connection = connectionNamed(runtime, params.connection)
    await connection.known()
    return connection.cluster()
  },

  refreshCluster: async ({ runtime, params }) => connectionNamed(runtime, params.connection).refreshCluster(),
}
