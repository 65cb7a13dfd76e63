import type { Danger } from '../guard'

// What several commands could do to a server. What only one could do is in its own definition.

export const NO_DANGERS: readonly Danger[] = []

export const growing = (when: string, protects: string): Danger => ({ harm: 'grows', when, protects })

export const waiting = (when: string): Danger => ({
  harm: 'blocks-client',
  when,
  protects: 'a connection of its own for each, 24 of one command at a time, and a time limit',
})

export const READS_RESULTS: Danger = {
  harm: 'crash',
  when: '1.0.9 and 1.2.13: a result is a Python integer beyond 64 bits, a list nested very deep, or text with a lone surrogate (this one of text, too)',
  protects:
    'a proof that the plan makes every record text, or that somebody asks for the results knowing what could happen',
}

/** Of a command that answers with what a function returned. */
export const ANSWERS_RESULTS: Danger = {
  ...READS_RESULTS,
  protects:
    'for browser and API the script proves that the function answers text, or somebody sends it knowing what could happen; whoever calls the SDK knows the function',
}

/** What the dump of registrations walks into. */
export const DUMPS_KEY_TYPES: Danger = {
  harm: 'crash',
  when: "somebody registered a KeysReader for keyTypes 'stream' or 'empty'; nothing else tells of it",
  protects: 'Gearboard refuses to register one; nothing protects from another client that does',
}
