import type { RegistrationReader } from '@gearboard/gears/vocabulary/registration'
import { KeyRound, type LucideIcon, SquareTerminal, Waves } from 'lucide-react'

const LOOK: Readonly<Record<RegistrationReader, { readonly icon: LucideIcon; readonly word: string }>> = {
  KeysReader: { icon: KeyRound, word: 'Keys' },
  StreamReader: { icon: Waves, word: 'Stream' },
  CommandReader: { icon: SquareTerminal, word: 'Command' },
}

export const readerTitle = (reader: RegistrationReader): string => LOOK[reader].word

/** The reader as a sign before a name. */
export function ReaderIcon({ reader }: { readonly reader: RegistrationReader }) {
  const { icon: Icon, word } = LOOK[reader]
  return <Icon role="img" aria-label={`${word}:`} className="shrink-0 text-fg-3" />
}
