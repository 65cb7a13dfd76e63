'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import type { ConnectionState } from '@/lib/model/connection/connection'

/** The connected server: module, version, shards; opens About. */
export function Versions({ openAbout }: { readonly openAbout: () => void }) {
  const state = useConnectionState()
  const capability = state?.capability
  const isOfConnection = useConnectionName() !== ''
  return (
    <div className="px-4 py-3 text-fg-3 text-small">
      {isOfConnection && (
        // Its lines have their place before they are known.
        <div className="min-h-8">
          {state && capability && (
            <>
              <p>{gearsInWords(state)}</p>
              <p>
                Redis {capability.redisVersion ?? 'of unknown version'} · {plural(state.coverage.of, 'shard')}
              </p>
            </>
          )}
        </div>
      )}
      <button type="button" onClick={openAbout} className="rounded-chip underline hover:text-fg max-md:h-9">
        About Gearboard
      </button>
    </div>
  )
}

/** `RedisGears 1.2.13`. */
export function gearsInWords({ status, capability }: ConnectionState): string {
  if (status === 'module_missing') return 'No RedisGears'
  return `RedisGears ${capability ? (capability.gearsVersion ?? `${capability.generation}.x`) : 'of unknown version'}`
}
