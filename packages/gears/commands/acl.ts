import { command } from '../command'
import { text } from '../reply'
import { NO_DANGERS } from './dangers'

// What a test of a connection asks. Not among the commands of the index: no user of Gearboard needs a permission for it.

/** Null where the user may send these words; otherwise why not, in the server's words. Since Redis 7; nothing is carried out. */
export const aclDryRun = command({
  name: 'ACL',
  subcommand: 'DRYRUN',
  access: 'library',
  guard: { dangers: NO_DANGERS, sender: 'person' },
  reads: true,
  args: (user: string, ...words: readonly string[]) => [user, ...words],
  decode: (reply) => {
    const words = text(reply)
    return words === 'OK' ? null : words
  },
})
