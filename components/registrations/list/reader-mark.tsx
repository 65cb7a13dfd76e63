import { KeyRound, type LucideIcon, SquareTerminal, Waves } from 'lucide-react'
import type { Registration } from '@/lib/model/registrations/registration'

type Reader = Registration['reader']

const LOOK: Readonly<Record<Reader, { readonly icon: LucideIcon; readonly word: string }>> = {
  KeysReader: { icon: KeyRound, word: 'Keys' },
  StreamReader: { icon: Waves, word: 'Stream' },
  CommandReader: { icon: SquareTerminal, word: 'Command' },
}

export const readerTitle = (reader: Reader): string => LOOK[reader].word

/** The reader as a sign before a name. */
export function ReaderIcon({ reader }: { readonly reader: Reader }) {
  const { icon: Icon, word } = LOOK[reader]
  return <Icon role="img" aria-label={`${word}:`} className="shrink-0 text-fg-3" />
}
