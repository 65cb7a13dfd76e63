'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useMayRead } from '@/components/shared/people/use-role-block'
import { CopyButton } from '@/components/ui/copy-button'
import { Field, Input } from '@/components/ui/input'
import { Panel } from '@/components/ui/panel'
import { describeError } from '@/lib/api/call'
import type { RedisAccessReply } from '@/lib/api/contract/config'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { listInWords } from '@/lib/model/text/format'

type Level = RedisAccessReply['lines'][number]['level']

const LEVELS: Readonly<Record<Level, { readonly title: string; readonly hint: string }>> = {
  watch: {
    title: 'Watch',
    hint: 'Gearboard shows everything and changes nothing; declare the connection read-only, too.',
  },
  operate: {
    title: 'Operate',
    hint: 'It also aborts, drops, triggers, pauses, unregisters and sets configuration keys.',
  },
  develop: { title: 'Develop', hint: 'It also submits and upgrades scripts.' },
}

/** The ACL lines for a user of Gearboard on the server, and what its own user lacks. For who may read them. */
export function RedisAccess() {
  const connection = useConnectionName()
  const mayRead = useMayRead('redisAccess')
  const [typed, setTyped] = useState<string>()
  const user = useDeferredValue(typed)
  const { data, error } = useQuery({
    ...endpointQuery('redisAccess', { connection, user: user === '' ? undefined : user }),
    enabled: mayRead === true,
    placeholderData: (before) => before,
  })
  if (!mayRead) return null
  return (
    <Panel
      title="Access to Redis"
      note={data ? `ACL rules of Redis ${data.redis}` : 'ACL rules for the user of Gearboard'}
      bodyClassName="flex flex-col gap-3 px-3 pb-3"
    >
      {data && <p>{missingInWords(data.missing)}</p>}
      <Field label="User" error={error ? describeError(error) : undefined} className="max-w-60">
        {(aria) => (
          <Input {...aria} mono value={typed ?? data?.user ?? ''} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      {data?.lines.map(({ level, line }) => (
        <div key={level} className="flex flex-col gap-1">
          <p>
            <span className="font-semibold">{LEVELS[level].title}.</span>{' '}
            <span className="text-fg-2">{LEVELS[level].hint}</span>
          </p>
          <div className="flex items-start gap-1.5">
            <code className="min-w-0 flex-1 font-mono text-small [overflow-wrap:anywhere]">{line}</code>
            <CopyButton text={line} label={`Copy the line for ${level}`} />
          </div>
        </div>
      ))}
      <p className="text-fg-3 text-small">
        Send the line with redis-cli to each node. Set the password of a new user apart:{' '}
        <code className="font-mono">ACL SETUSER {data?.user ?? 'gearboard'} &gt;password</code>
      </p>
    </Panel>
  )
}

function missingInWords(missing: RedisAccessReply['missing']): string {
  if (missing === null) return 'The server does not say what the current user of Gearboard may do.'
  if (missing.length === 0) return 'The current user of Gearboard may do all that Gearboard can.'
  const features = missing.map(({ feature, commands }) => `${feature} (${listInWords(commands)})`)
  return `The current user of Gearboard lacks ${plural(missing.length, 'feature')}: ${listInWords(features)}.`
}
