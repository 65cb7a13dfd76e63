'use client'

import { useState } from 'react'
import { Panel } from '@/components/ui/panel'
import { PlainTable, WRAPS } from '@/components/ui/plain-table'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import type { PeopleReply } from '@/lib/api/contract/people'
import { KIND_WORDS } from './tables'

type RolesOf = PeopleReply['roles'][number]

interface RolesPanelProps {
  readonly roles: readonly RolesOf[]
  readonly connections: readonly string[]
}

const kindWords = (kind: RolesOf['kind']) => (kind === 'unknown' ? 'not signed in yet' : KIND_WORDS[kind])
const keyOf = ({ kind, name }: RolesOf) => `${kind} ${name}`

/** What one person may do where, or who may do what on one connection. */
export function RolesPanel({ roles, connections }: RolesPanelProps) {
  const [by, setBy] = useState<'person' | 'connection'>('person')
  const [personKey, setPerson] = useState<string>()
  const [connectionName, setConnection] = useState<string>()
  const person = roles.find((each) => keyOf(each) === personKey) ?? roles[0]
  const connection = connections.find((each) => each === connectionName) ?? connections[0]
  const rows =
    by === 'person'
      ? connections.map((name) => ({ name, note: '', on: person?.connections.find((on) => on.name === name) }))
      : roles.map((each) => ({
          name: each.name,
          note: kindWords(each.kind),
          on: each.connections.find((on) => on.name === connection),
        }))
  return (
    <Panel
      title="Who may do what"
      actions={
        <>
          <SegmentedControl
            label="Show by"
            value={by}
            options={[
              { value: 'person', label: 'Person' },
              { value: 'connection', label: 'Connection' },
            ]}
            onValueChange={setBy}
          />
          {by === 'person' && person && (
            <Select
              label="Person"
              value={keyOf(person)}
              options={roles.map((each) => ({ value: keyOf(each), label: `${each.name}, ${kindWords(each.kind)}` }))}
              onValueChange={setPerson}
            />
          )}
          {by === 'connection' && connection !== undefined && (
            <Select
              label="Connection"
              value={connection}
              options={connections.map((value) => ({ value, label: value }))}
              onValueChange={setConnection}
            />
          )}
        </>
      }
    >
      <PlainTable
        label={by === 'person' ? `Roles of ${person?.name ?? 'nobody'}` : `Roles on ${connection ?? 'no connection'}`}
        rows={rows}
        rowKey={({ name, note }) => `${name} ${note}`}
        columns={[
          { id: 'name', header: by === 'person' ? 'Connection' : 'Person', className: WRAPS, cell: ({ name }) => name },
          {
            id: 'role',
            header: 'Role',
            className: WRAPS,
            cell: ({ on }) => on?.role ?? 'none: it looks as if it did not exist',
          },
          { id: 'hides', header: 'Hidden', cell: ({ on }) => (on && on.hides.length > 0 ? on.hides.join(', ') : '–') },
          ...(by === 'connection'
            ? [{ id: 'note', header: 'Signs in', cell: ({ note }: { note: string }) => note }]
            : []),
        ]}
      />
    </Panel>
  )
}
