import { GearsError } from '../errors'
import type { ConnectionStepState } from '../vocabulary/connection-test'
import { type Help, refusalHelp, refusalInWords } from '../vocabulary/server-refusal'

/** What a step found. */
export interface StepFinding {
  readonly state: ConnectionStepState
  readonly detail: string
  readonly help: readonly Help[]
}

export const ok = (detail: string): StepFinding => ({ state: 'ok', detail, help: [] })

export const notTried = (detail: string): StepFinding => ({ state: 'not_tried', detail, help: [] })

export const failed = (detail: string, ...help: readonly Help[]): StepFinding => ({ state: 'failed', detail, help })

export const warned = (detail: string, ...help: readonly Help[]): StepFinding => ({ state: 'warned', detail, help })

export const unknown = (detail: string, ...help: readonly Help[]): StepFinding => ({ state: 'unknown', detail, help })

const SILENT: Help = { text: 'Is the server running and not overloaded? Does a firewall drop the connection?' }

/** The finding for what went wrong between us and a server. @throws what is no GearsError */
export function failedBy(
  error: unknown,
  { address, tls }: { readonly address: string; readonly tls: boolean },
): StepFinding {
  if (!(error instanceof GearsError)) throw error
  const { address: at = address, refusal, code, message } = error
  if (refusal === undefined) {
    const silent = code === 'unreachable' || code === 'timeout'
    return failed(message.startsWith(at) ? `${message}.` : `${at}: ${message}.`, ...(silent ? [SILENT] : []))
  }
  // A refusal of the network says in its message what it is; one of the server is in the server's words.
  const words = code === 'rejected' ? `${at} ${refusalInWords(refusal)} (${message})` : message
  return failed(words, ...refusalHelp(refusal, { address: at, place: 'settings', tls }))
}

/** A step took too long. */
export const tooLong = (ms: number): StepFinding => failed(`No answer within ${ms / 1000} s.`, SILENT)

/** Refused as a command, not as a user: the server's own words. */
export const isForbidden = (error: unknown): error is GearsError =>
  error instanceof GearsError && (error.refusal === 'permission' || /^ERR unknown (sub)?command/i.test(error.message))
