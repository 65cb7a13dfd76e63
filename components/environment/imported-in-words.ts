import { plural } from '@gearboard/gears/vocabulary/text'
import type { ImportReply } from '@/lib/api/contract/environment'
import { listInWords } from '@/lib/model/text/format'

interface Words {
  readonly tone: 'success' | 'warning'
  readonly title: string
}

/** What the shards report after an import; a shard outside a formed cluster does not pass on what it received. */
export function importedInWords({ name, installedOn, missingOn, unknownOn }: ImportReply): Words {
  const all = installedOn.length + missingOn.length + unknownOn.length
  const addresses = (shards: ImportReply['missingOn']) => listInWords(shards.map(({ address }) => address))
  const parts = [
    missingOn.length > 0 &&
      `not on ${addresses(missingOn)}: the receiving shard forwards it only after RG.REFRESHCLUSTER`,
    unknownOn.length > 0 && `${addresses(unknownOn)} did not answer`,
  ].filter((part) => typeof part === 'string')
  if (parts.length === 0) return { tone: 'success', title: `${name} is installed on ${plural(all, 'shard')}` }
  return {
    tone: 'warning',
    title: `${name} is installed on ${installedOn.length} of ${plural(all, 'shard')}; ${parts.join('; ')}`,
  }
}
