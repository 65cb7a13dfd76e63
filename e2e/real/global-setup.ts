import { RealServer, Refusal, URL_VARIABLE } from './server'

const HELP = `The suite registers, unregisters, aborts and reloads. It needs a RedisGears that holds nobody's registrations:
docker compose --profile test up -d redisgears-test   then   ${URL_VARIABLE}=redis://127.0.0.1:6390 npm run test:real`

/** Refuses a server that is not the suite's to use, removes what a killed run left, and afterwards all that this run made. */
export default async function setUp(): Promise<() => Promise<void>> {
  const server = await RealServer.connect()
  try {
    const foreign = await server.foreign()
    if (foreign.length > 0) {
      const names = [...new Set(foreign.map(({ id, description }) => description || id))].slice(0, 5).join(', ')
      throw new Refusal(
        `This server holds registrations that are not the suite's: ${names}.\nNothing was changed.\n${HELP}`,
      )
    }
    await server.clean()
  } finally {
    server.close()
  }
  return tearDown
}

/** A new connection: the server may have been restarted, or have ended, since. */
async function tearDown(): Promise<void> {
  const server = await RealServer.connect()
  try {
    await server.clean()
    const left = await server.leftovers()
    if (left.length > 0) throw new Error(`The suite left behind: ${left.join(', ')}`)
  } finally {
    server.close()
  }
}
