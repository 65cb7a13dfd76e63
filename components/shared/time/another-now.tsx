import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { visibleText } from '@/lib/model/text/visible-text'

interface AnotherNowProps {
  /** `registration`. */
  readonly noun: string
  readonly before: string
  readonly now: string
  readonly onSeen: () => void
}

/** The server restarted under an open page: what it shows is not what it was opened for. */
export const AnotherNow = ({ noun, before, now, onSeen }: AnotherNowProps) => (
  <Banner
    tone="warning"
    title={`This id now belongs to another ${noun}.`}
    actions={
      <Button size="row" onClick={onSeen}>
        Show the current one
      </Button>
    }
  >
    You opened <bdi>{visibleText(before)}</bdi>. Ids start over when a server restarts. Shown below:{' '}
    <bdi>{visibleText(now)}</bdi>.
  </Banner>
)
