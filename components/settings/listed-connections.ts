import { plural } from '@gearboard/gears/vocabulary/text'
import type { ConnectionSetting } from '@/lib/api/contract/connection-settings'
import type { ConnectionColour, ConnectionState } from '@/lib/model/connection/connection'

/** A connection in the settings: open, or stored here and not open. */
export interface ListedConnection {
  readonly key: string
  readonly name: string
  readonly origin: ConnectionState['origin']
  readonly address: string
  readonly shown: {
    readonly label?: string | undefined
    readonly colour?: ConnectionColour | undefined
    readonly labels: readonly string[]
    readonly note?: string | undefined
    readonly production: boolean
    readonly readOnly: boolean
  }
  /** Undefined: it is not open. */
  readonly state: ConnectionState | undefined
  /** What is stored of it; undefined where it is declared elsewhere. */
  readonly setting: ConnectionSetting | undefined
}

/** Who declares a connection, and why it cannot be changed here. */
export const ORIGIN_WORDS: Readonly<
  Record<ConnectionState['origin'], { readonly by: string; readonly fixed?: string }>
> = {
  environment: {
    by: 'environment',
    fixed: 'Declared by the environment of Gearboard (GEARBOARD_URL). Change it there and restart.',
  },
  file: { by: 'file', fixed: 'Declared in gearboard.config.json. Change it there and restart.' },
  settings: { by: 'these settings' },
}

/** All connections by name. One that is stored here, while another of its name is declared elsewhere, is listed beside that one. */
export function listedConnections(
  states: readonly ConnectionState[],
  settings: readonly ConnectionSetting[],
): readonly ListedConnection[] {
  const open = states.map((state): ListedConnection => {
    const setting =
      state.origin === 'settings' ? settings.find(({ definition }) => definition.name === state.name) : undefined
    const { name, origin, address, label, colour, labels, note, production, readOnlyReason } = state
    return {
      key: `${origin} ${name}`,
      name,
      origin,
      address,
      shown: { label, colour, labels, note, production, readOnly: readOnlyReason !== null },
      state,
      setting,
    }
  })
  const others = settings
    .filter((setting) => !open.some((listed) => listed.setting === setting))
    .map((setting): ListedConnection => {
      const { name, url, label, colour, labels, note, production, readOnly } = setting.definition
      const shown = { label, colour, labels, note, production, readOnly }
      return { key: `settings ${name}`, name, origin: 'settings', address: url, shown, state: undefined, setting }
    })
  return [...open, ...others].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** `3 connections, 1 of them is not open.` */
export function settingsHeadline(listed: readonly ListedConnection[]): string {
  if (listed.length === 0) return 'No connections yet.'
  const closed = listed.filter(({ state }) => !state).length
  const all = plural(listed.length, 'connection')
  return closed === 0 ? `${all}.` : `${all}, ${closed} not open.`
}
