// Plain JavaScript: bin/gearboard.mjs asks before it starts anything, the server asks again.

const LOOPBACK_NAMES = ['localhost', '::1']

/** Host name without the brackets of an IPv6 literal. */
const bare = (host) => host.replace(/^\[(.*)\]$/, '$1').toLowerCase()

/** Whether only programs of this machine reach what listens on `host`. */
export const isLoopback = (host) => LOOPBACK_NAMES.includes(bare(host)) || /^127(\.\d{1,3}){3}$/.test(bare(host))

/**
 * Why Gearboard must not listen on `host`, or undefined when it may: without a password, any client that reaches it could run code in the
 * database.
 */
export function listenRefusal({ host, signIn, insecure }) {
  if (isLoopback(host) || signIn || insecure) return undefined
  return (
    `refusing to listen on ${host} without a password: anyone who reaches it could run code in your database. ` +
    'Set GEARBOARD_PASSWORD or GEARBOARD_LOCAL_USERS=1, HOST=127.0.0.1, or GEARBOARD_INSECURE=1 if access is restricted elsewhere.'
  )
}
