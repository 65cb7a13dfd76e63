import { KeyRound, type LucideIcon, SquareTerminal, Waves } from 'lucide-react'
import type { Registration } from '@/lib/model/registration'

const LOOK: Readonly<Record<Registration['reader'], { readonly icon: LucideIcon; readonly word: string }>> = {
  KeysReader: { icon: KeyRound, word: 'Keys' },
  StreamReader: { icon: Waves, word: 'Stream' },
  CommandReader: { icon: SquareTerminal, word: 'Command' },
}

export function ReaderMark({ reader }: { readonly reader: Registration['reader'] }) {
  const { icon: Icon, word } = LOOK[reader]
  return (
    <span className="inline-flex items-center gap-1.5 text-fg-2">
      <Icon aria-hidden className="text-fg-3" />
      {word}
    </span>
  )
}
