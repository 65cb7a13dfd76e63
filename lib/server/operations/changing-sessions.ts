import type { ConnectionParts } from '../connection/connection-parts'

/** An operation after which open pages ask for the sessions again. Also where it fails: some shards may have done it. */
export const changingSessions =
  <Parts extends Pick<ConnectionParts, 'reads'>, Rest extends unknown[], Reply>(
    operation: (connection: Parts, ...rest: Rest) => Promise<Reply>,
  ) =>
  (connection: Parts, ...rest: Rest): Promise<Reply> =>
    operation(connection, ...rest).finally(() => connection.reads.sessionsChanged())
