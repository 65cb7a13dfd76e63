'use client'

import type { ReactNode } from 'react'
import { TimeAgo } from '@/components/shared/time/time-ago'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import type { SessionEntry, TokenEntry } from '@/lib/api/contract/people'
import type { Identity } from '@/lib/model/people/grant'
import { formatDayMinute } from '@/lib/model/text/format'

export const KIND_WORDS: Readonly<Record<Identity['kind'], string>> = {
  password: 'by GEARBOARD_PASSWORD',
  local: 'local user',
  oidc: 'by OIDC',
  proxy: 'by the proxy',
}

interface SessionsTableProps {
  readonly sessions: readonly SessionEntry[]
  readonly end: (session: SessionEntry) => ReactNode
}

export const SessionsTable = ({ sessions, end }: SessionsTableProps) => (
  <PlainTable
    label="Sessions"
    cards
    rows={sessions}
    rowKey={({ id }) => id}
    columns={[
      {
        id: 'name',
        header: 'Name',
        className: WRAPS,
        cell: ({ name, own }) => (own ? `${name} (this browser)` : name),
      },
      { id: 'kind', header: 'Signed in', cell: ({ kind }) => KIND_WORDS[kind] },
      { id: 'ip', header: 'From', cell: ({ ip }) => ip ?? 'unknown' },
      { id: 'created', header: 'Since', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
      { id: 'seen', header: 'Last request', cell: ({ seenAt }) => <TimeAgo at={seenAt} /> },
      { id: 'expires', header: 'Ends', cell: ({ expiresAt }) => formatDayMinute(expiresAt) },
      { id: 'end', header: 'Actions', actions: true, cell: end },
    ]}
  />
)

interface TokensTableProps {
  readonly tokens: readonly TokenEntry[]
  readonly revoke: (token: TokenEntry) => ReactNode
}

export const TokensTable = ({ tokens, revoke }: TokensTableProps) => (
  <PlainTable
    label="API tokens"
    cards
    rows={tokens}
    rowKey={({ id }) => id}
    columns={[
      { id: 'name', header: 'Name', className: WRAPS, cell: ({ name }) => name },
      { id: 'owner', header: 'Owner', cell: ({ owner }) => owner.name },
      { id: 'role', header: 'Role', cell: ({ role, readOnly }) => (readOnly ? `${role}, read-only` : role) },
      { id: 'connections', header: 'Connections', className: WRAPS, cell: ({ connections }) => connections.join(', ') },
      { id: 'used', header: 'Last used', cell: ({ usedAt }) => (usedAt === null ? 'never' : <TimeAgo at={usedAt} />) },
      { id: 'expires', header: 'Expires', cell: ({ expiresAt }) => formatDayMinute(expiresAt) },
      { id: 'revoke', header: 'Actions', actions: true, cell: revoke },
    ]}
  />
)
