import type { Wheel } from '../wheels/wheel'

/** A pip specifier, compared as text, with the wheels that satisfy it (protocol 6). */
export interface PipRequirement {
  readonly name: string
  /** The folder that its wheels lie in, by its name; '' if it could not be downloaded. */
  readonly path: string
  readonly files: readonly Wheel[]
  /** Of names and bytes: tells whether another shard's is the same. */
  readonly digest: string
  readonly downloaded: boolean
  /** Something ran or was registered with it: from then on it outlives its sessions. */
  used: boolean
  /** What it takes the place of, until something ran or was registered with it. */
  replaces: PipRequirement | undefined
}

/** As recorded servers print it. */
export const COMPILED_OS = 'linux-bookworm-x64'
