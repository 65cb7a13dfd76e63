import { plural } from '@gearboard/gears/vocabulary/text'
import { Banner } from '@/components/ui/banner'
import { visibleText } from '@/lib/model/text/visible-text'

const SHOWN = 5

/** Items that changed while their dialog was open, which are skipped, and why. */
export function LeftOut({ reasons, all }: { readonly reasons: readonly string[]; readonly all: boolean }) {
  const [first, ...others] = reasons
  if (first === undefined) return null
  if (others.length === 0) return <Banner tone="warning" title={visibleText(first)} />
  return (
    <Banner tone="warning" title={all ? 'All of them have changed since.' : 'Some have changed since and are skipped.'}>
      <ul>
        {reasons.slice(0, SHOWN).map((reason) => (
          <li key={reason}>{visibleText(reason)}</li>
        ))}
        {reasons.length > SHOWN && <li>and {plural(reasons.length - SHOWN, 'other')}</li>}
      </ul>
    </Banner>
  )
}

/** The other items that an action affects because they share an id. */
export function SharedIds({ names, noun }: { readonly names: readonly string[]; readonly noun: string }) {
  if (names.length === 0) return null
  return (
    <Banner tone="warning" title={`The id is shared: this also affects ${plural(names.length, `other ${noun}`)}.`}>
      <p>
        {names.slice(0, SHOWN).map(visibleText).join(', ')}
        {names.length > SHOWN && ` and ${plural(names.length - SHOWN, 'other')}`}. They got the same id before
        RG.REFRESHCLUSTER was sent.
      </p>
    </Banner>
  )
}
