import { onTestFinished } from 'vitest'
import { Connection } from '@/lib/server/connection/connection'
import { environmentSetup } from '@/lib/server/connection/setup'
import type { History } from '@/lib/server/history/history'
import { readSettings } from '@/lib/server/settings'

/** What a test or its `beforeEach` opened is closed after it, the last first. */
export const closedAfter = (...closes: readonly (() => Promise<unknown> | unknown)[]): void => {
  for (const close of closes) {
    onTestFinished(async () => {
      await close()
    })
  }
}

/**
 * A connection with a viewer, so that it polls often.
 * @param env settings besides the address
 */
export function watch(port: number, env: Readonly<Record<string, string>> = {}, history?: History): Connection {
  const settings = readSettings({ GEARBOARD_URL: `redis://127.0.0.1:${port}`, ...env })
  const connection = new Connection(environmentSetup(settings), history)
  const release = connection.hub.addViewer()
  closedAfter(() => connection.close(), release)
  return connection
}

/** Resolves with the first defined value that the state of the feed gives. */
export function until<T>({ hub }: Connection, ask: () => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const check = () => {
      const value = ask()
      if (value === undefined) return
      unsubscribe()
      resolve(value)
    }
    const unsubscribe = hub.feed.subscribe(check)
    check()
  })
}

/** A poll that begins now, with both lists, however long it takes: `pollNow` waits briefly, and asks for no costly list. */
export const look = ({ hub }: Connection): Promise<void> => hub.pollAgain('executions', 'registrations')

/** Resolves with the state of the connection once it is `wanted`. */
export const status = (connection: Connection, wanted: string) =>
  until(connection, () =>
    connection.hub.feed.connection.status === wanted ? connection.hub.feed.connection : undefined,
  )

/** What a client that polls now reports as seen for these executions and registrations, by their keys. */
export const seen = ({ hub: { feed } }: Connection, ...keys: readonly string[]): readonly string[] =>
  keys.flatMap((key) => [feed.executions.get(key), feed.registrations.get(key)].flatMap((row) => row?.identity ?? []))
