import type { Wheel } from '../../wheels/wheel'

/** A pip specifier, compared as text, with the wheels that satisfy it (protocol 6). */
export interface PipRequirement {
  readonly name: string
  /** The name of the folder with its wheels, or '' if it could not be downloaded. */
  readonly path: string
  readonly files: readonly Wheel[]
  /** A digest of names and bytes, to compare with another shard's requirement. */
  readonly digest: string
  readonly downloaded: boolean
  /** A script ran or registered something with it; from then on it outlives its sessions. */
  used: boolean
  /** The requirement that it replaces, until it is used. */
  replaces: PipRequirement | undefined
}

/** As real servers print it. */
export const COMPILED_OS = 'linux-bookworm-x64'
