import { plural } from '@gearboard/gears/vocabulary/text'
import { X } from 'lucide-react'
import { ShardName } from '@/components/shared/text/shard-name'
import { Banner } from '@/components/ui/banner'
import { IconButton } from '@/components/ui/button'

interface RefreshedBannerProps {
  /** Keys of the shards that answered OK: every one, since a refresh that some shard refused stays in its dialog. */
  readonly shards: readonly string[]
  readonly onClose: () => void
}

/** What each shard said to a refresh, until it is dismissed. */
export function RefreshedBanner({ shards, onClose }: RefreshedBannerProps) {
  return (
    <Banner
      tone="info"
      title={`Refreshed ${plural(shards.length, 'shard')}`}
      actions={<IconButton icon={X} label="Dismiss" onClick={onClose} />}
    >
      <ul aria-label="Refreshed shards" className="flex flex-wrap gap-x-4">
        {shards.map((shard) => (
          <li key={shard} className="flex items-baseline gap-1.5">
            <ShardName shard={shard} swatch />
            <span className="font-mono text-small">OK</span>
          </li>
        ))}
      </ul>
    </Banner>
  )
}
