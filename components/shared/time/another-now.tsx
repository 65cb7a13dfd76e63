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
    title={`Another ${noun} has this id now.`}
    actions={
      <Button size="row" onClick={onSeen}>
        Show this one
      </Button>
    }
  >
    This page was opened for <bdi>{visibleText(before)}</bdi>. Ids begin anew when a server restarts; below is{' '}
    <bdi>{visibleText(now)}</bdi>.
  </Banner>
)
