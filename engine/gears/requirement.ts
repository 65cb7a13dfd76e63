import type { Wheel } from '../wheels/wheel'

/** A pip specifier, compared as text, with the wheels that satisfy it (protocol 6). */
export interface Requirement {
  readonly name: string
  /** The folder inside the interpreter that its wheels are unpacked in; '' if it could not be downloaded. */
  readonly path: string
  readonly files: readonly Wheel[]
  /** Of names and bytes: tells whether another shard's is the same. */
  readonly digest: string
  readonly downloaded: boolean
  /** Something ran or was registered with it: from then on it outlives its sessions. */
  used: boolean
}

/** As recorded servers print it. */
export const COMPILED_OS = 'linux-bookworm-x64'
