'use client'

import { useQuery } from '@tanstack/react-query'
import { useId, useMemo } from 'react'
import { Field, Input } from '@/components/ui/input'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Switch } from '@/components/ui/switch'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import type { ReadScript } from '@/lib/functions/python/script'
import type { Problems, Submission, SubmitMode } from '@/lib/functions/submission'
import { SourceDiff } from './code/source-diff'
import { Consequences } from './consequences'
import { LONGEST_HOLD_MS } from './hold'
import type { Replaced } from './replaced'
import { RequirementsField } from './requirements-field'

const MODES = [
  { value: 'new', label: 'New' },
  { value: 'upgrade', label: 'Upgrade' },
  { value: 'replace', label: 'Replace' },
  { value: 'run', label: 'Run once' },
] as const satisfies readonly { readonly value: SubmitMode; readonly label: string }[]

/** Names of the sessions that the shards list; undefined while not known, and on 1.0, which has none. `pending`: they are being read. */
export function useSessions(): { readonly sessions: readonly string[] | undefined; readonly pending: boolean } {
  const generation = useConnectionState()?.capability?.generation
  const { data, isLoading } = useQuery({
    ...endpointQuery('sessions', { connection: useConnectionName() }),
    enabled: generation === '1.2',
  })
  const sessions = useMemo(() => {
    const ids = data?.shards.flatMap((answer) => ('value' in answer ? answer.value : []))
    return ids && [...new Set(ids.filter((session) => !session.dead).map((session) => session.id))].toSorted()
  }, [data])
  return { sessions, pending: isLoading }
}

interface SidePanelProps {
  readonly draft: Submission
  readonly onChange: (part: Partial<Submission>) => void
  readonly problems: Problems
  readonly script: ReadScript
  readonly sessions: readonly string[] | undefined
  /** The last source that was sent under the session's name. */
  readonly previous: { readonly name: string; readonly script: string } | undefined
  /** The script as of when typing paused. */
  readonly text: string
  readonly replaced: Replaced
  /** Whether to hold it back while something of what it replaces is in flight. */
  readonly waits: boolean
  readonly onWaits: (waits: boolean) => void
}

/** How the script is sent: session, requirements, mode; and what that will do. */
export function SidePanel({
  draft,
  onChange,
  problems,
  script,
  sessions,
  previous,
  text,
  replaced,
  waits,
  onWaits,
}: SidePanelProps) {
  const listId = useId()
  const named = draft.mode !== 'run'
  return (
    <aside
      aria-label="How to submit"
      className="divide-y divide-line rounded-panel border border-line bg-surface *:px-3.5 *:py-3"
    >
      <div className="flex flex-col gap-3">
        <div className="flex flex-col gap-1">
          <span className="text-fg-3 text-small">How to submit</span>
          <SegmentedControl
            label="How to submit"
            value={draft.mode}
            options={MODES}
            onValueChange={(mode) => onChange({ mode })}
            className="[&>button]:px-1"
          />
          {problems.mode && <p className="text-failed text-small">{problems.mode}</p>}
          {!named && script.actions.some((action) => action.name === 'register') && (
            <p className="text-fg-3 text-small">This script registers functions: choose New to name its session.</p>
          )}
        </div>
        {named && (
          <>
            <Field
              label={draft.mode === 'replace' ? 'New session' : 'Session'}
              error={problems.id}
              hint={sessionHint(draft, sessions)}
            >
              {(control) => (
                <Input
                  {...control}
                  mono
                  list={draft.mode === 'upgrade' ? listId : undefined}
                  value={draft.id}
                  onChange={(event) => onChange({ id: event.target.value })}
                />
              )}
            </Field>
            {draft.mode === 'replace' && (
              <Field label="Session to replace" error={problems.replaceWith}>
                {(control) => (
                  <Input
                    {...control}
                    mono
                    list={listId}
                    value={draft.replaceWith}
                    onChange={(event) => onChange({ replaceWith: event.target.value })}
                  />
                )}
              </Field>
            )}
            <datalist id={listId}>
              {sessions?.map((session) => (
                <option key={session} value={session} />
              ))}
            </datalist>
          </>
        )}
        <Field
          label="Description"
          error={problems.description}
          hint={named ? undefined : 'Names the run in lists. Optional.'}
        >
          {(control) => (
            <Input
              {...control}
              value={draft.description}
              onChange={(event) => onChange({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div>
        <RequirementsField
          requirements={draft.requirements}
          onChange={(requirements) => onChange({ requirements: [...requirements] })}
        />
      </div>
      <div>
        <Switch
          label="Wait for the result"
          hint="blocking"
          checked={draft.blocking}
          onCheckedChange={(blocking) => onChange({ blocking })}
        />
        <Switch
          label="Force-reinstall requirements"
          hint="forced"
          checked={draft.reinstall}
          onCheckedChange={(reinstall) => onChange({ reinstall })}
        />
      </div>
      <div className="flex flex-col gap-3">
        <Consequences draft={draft} replaced={replaced} script={script} />
        {replaced.inFlight > 0 && (
          <Switch
            label="Wait until they have finished"
            hint={`at most ${LONGEST_HOLD_MS / 1000} s`}
            checked={waits}
            onCheckedChange={onWaits}
          />
        )}
        {previous && <SourceDiff title="Last version → draft" before={previous.script} after={text} />}
      </div>
    </aside>
  )
}

function sessionHint({ mode, id }: Submission, sessions: readonly string[] | undefined): string | undefined {
  if (mode === 'new' && id === '') return 'Leave empty for a random name.'
  // Protocol 6.5: UPGRADE of a session that does not exist creates it.
  if (mode === 'upgrade' && id !== '' && sessions && !sessions.includes(id))
    return `Session ${id} does not exist; it will be created.`
  return undefined
}
