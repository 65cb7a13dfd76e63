export const WRONG_SETTINGS: number

export function supervise(child: {
  readonly name: string
  readonly start: (ended: (reason: number | string) => void) => void
  readonly wanted?: ((reason: number | string) => string | undefined) | undefined
  readonly giveUp: (message: string) => void
  readonly report?: (reason: string, waitMs: number) => void
  readonly say?: (line: string) => void
  /** Steady, ms. */
  readonly now?: () => number
  readonly later?: (run: () => void, ms: number) => void
}): void
