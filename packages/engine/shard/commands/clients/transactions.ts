import type { ClientSession } from '../../clients/client-session'
import { CommandError } from '../../command-error'
import { CommandContext } from '../../context'
import { type CommandReply, Failure, NilArray, OK } from '../../core'
import { name } from '../arguments'
import type { CommandHandlers } from '../spec'

/** Whether a watched key was changed or has expired, so that the transaction must not run. */
function disturbed({ shard }: CommandContext, session: ClientSession): boolean {
  if (session.dirty) return true
  return [...session.watched.values()].some(({ db, key, missing }) => !missing && !shard.keyspace.at(db).peek(key))
}

function exec(context: CommandContext): CommandReply {
  const { session, shard } = context
  const { transaction } = session
  if (!transaction) throw new CommandError('ERR EXEC without MULTI')
  const stale = disturbed(context, session)
  session.transaction = undefined
  shard.watches.drop(session)
  if (transaction.failed) return new Failure('EXECABORT Transaction discarded because of previous errors.')
  if (stale) return new NilArray()
  shard.lock()
  try {
    return transaction.queue.map(({ argv }) =>
      shard.dispatch.runNested(new CommandContext(shard, session, session.db, 'multi'), argv),
    )
  } finally {
    shard.unlock()
  }
}

export const transactions: CommandHandlers = {
  multi({ session }) {
    if (session.transaction) throw new CommandError('ERR MULTI calls can not be nested')
    session.transaction = { queue: [], failed: false }
    return OK
  },
  exec,
  discard({ session, shard }) {
    if (!session.transaction) throw new CommandError('ERR DISCARD without MULTI')
    session.transaction = undefined
    shard.watches.drop(session)
    return OK
  },
  watch({ session, shard, db }, argv) {
    if (session.transaction) throw new CommandError('ERR WATCH inside MULTI is not allowed')
    for (const key of argv.slice(1)) shard.watches.watchKey(session, shard.keyspace, db, name(key))
    return OK
  },
  unwatch({ session, shard }) {
    shard.watches.drop(session)
    return OK
  },
}
