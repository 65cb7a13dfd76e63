'use client'

import type { EditorState } from '@codemirror/state'
import { plural } from '@gearboard/gears/vocabulary/text'
import { frameInScript, readError } from '@gearboard/gears/vocabulary/traceback'
import { History, LayoutTemplate, Play, ShieldAlert, Upload } from 'lucide-react'
import { useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useAskProduction } from '@/components/shared/command/production-guard'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { PageHeader } from '@/components/shared/page/page-header'
import { ProfiledRunButton, ProfilingOwed } from '@/components/shared/profiling/profiled-run'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { toast } from '@/components/ui/toaster'
import { useConnectionState, useShards } from '@/lib/api/live'
import type { SubmitOverride } from '@/lib/api/override'
import { type Draft, draftName, type NewDraft } from '@/lib/functions/drafts'
import type { Inspection } from '@/lib/functions/python/lint'
import { hazardsAmong, replyHazards } from '@/lib/functions/python/refusal'
import { effectsOf, type ReadScript, type ScriptEffects } from '@/lib/functions/python/script'
import {
  needsEveryShard,
  type Problems,
  type Submission,
  sessionReplaced,
  submissionProblems,
  submissionWords,
} from '@/lib/functions/submission'
import type { Template } from '@/lib/functions/templates'
import type { ShardState } from '@/lib/model/cluster/shard'
import { SILENT_OVERRIDE, silenceBlocks } from '@/lib/model/cluster/silence'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'
import { CodeEditor, type CursorPlace } from './code/code-editor'
import { DraftTabs } from './draft-tabs'
import { draftHeadline, runHeadline } from './editor-headline'
import { EditorLoading } from './editor-loading'
import { useHold } from './hold'
import { useSpread } from './new-registrations'
import { OutputPanel } from './output-panel'
import { type OverridableHazard, OverrideDialog } from './override-dialog'
import { useReplaced } from './replaced'
import { ScriptTabs, useScriptView } from './script-tabs'
import { SidePanel, useSessions } from './side-panel'
import { StatusBar } from './status-bar'
import { TemplateGallery } from './template-gallery'
import { useDrafts } from './use-drafts'
import { inspectDraft, useInspection } from './use-inspection'
import { type MarkedLine, useOpenedSource } from './use-opened-source'
import { errorsOf, useRun } from './use-run'
import { useServerCheck } from './use-server-check'
import { usePreviousSource, useVersions } from './versions/use-versions'
import { VersionsDialog } from './versions/versions-dialog'

const NONE: readonly string[] = []

/** Code, its output, and how to send it. Loaded apart: the editor weighs more than the rest of the page. */
export function Workbench() {
  const { drafts, draft, kept, change, show, open, openBlank, close, sent } = useDrafts()
  const versions = useVersions()
  const { run, execution, send, giveUp } = useRun(draft.key, (was, outcome, reply) => {
    const recorded = versions.keepSent(was, outcome)
    if (reply) sent(was, reply.kind === 'registered', recorded ? { source: reply.sourceId, name: sentName(was) } : null)
  })
  const { sessions, pending: sessionsPending } = useSessions()
  const { marked, opening } = useOpenedSource({ sessions, sessionsPending, open })
  const generation = useConnectionState()?.capability?.generation
  const blocked = useWriteBlock('develop')
  const [cursor, setCursor] = useState<CursorPlace>({ line: 1, column: 1 })
  const [dialog, setDialog] = useState<'templates' | 'override'>()
  /** What the question about hazards was asked for. */
  const [profiles, setProfiles] = useState(false)
  /** In the address, so that other pages lead here. */
  const [version, setVersion] = useQueryState('version')
  const [view] = useScriptView()
  const [shownAgain, setShownAgain] = useState(0)

  const shards = useShards()
  const replaced = useReplaced(draft)
  /** Key of the draft that waits for what it replaces. */
  const [waiting, setWaiting] = useState<string>()
  const waits = waiting === draft.key
  const [editorStates] = useState(() => new Map<string, EditorState>())
  const hold = useHold(send)
  const askProduction = useAskProduction()
  const { everywhere } = useSpread(
    run.state === 'replied' && run.reply.kind === 'registered' ? run.reply.registrations : NONE,
  )
  const previous = usePreviousSource(sessionReplaced(draft), versions.kept)

  const { findings: read, script, text } = useInspection(draft.script)
  const server = useServerCheck(draft.script)
  const findings = useMemo(() => (server.finding ? [server.finding, ...read] : read), [server.finding, read])
  const judge = (
    inspection: Inspection,
    profiled = false,
  ): { problems: Problems; fatal: readonly OverridableHazard[] } => ({
    problems: submissionProblems(draft, {
      sessions,
      generation,
      effects: effectsOf(inspection.script),
    }),
    fatal: [
      ...hazardsAmong(inspection.findings, inspection.script.text),
      ...(draft.blocking && !profiled ? replyHazards(inspection.script) : []),
      ...silenceOf(effectsOf(inspection.script), draft.requirements, shards ?? []),
    ],
  })
  const { problems, fatal } = judge({ findings, script })
  const failing = useFailingLine(
    run.state === 'idle' ? undefined : run.sent,
    errorsOf(run, execution),
    marked?.key === draft.key ? marked : undefined,
    draft.script,
    shownAgain,
  )

  const reason = blocked ?? Object.values(problems)[0] ?? (fatal[0] && `${fatal[0].message.replace(/\.$/, '')}.`)
  const submit = (profiled = false) => {
    if (run.state === 'sending' || hold.waiting) return
    // What was typed a moment ago is judged too.
    const now = judge(text === draft.script ? { findings, script } : inspectDraft(draft.script), profiled)
    const refused = blocked ?? Object.values(now.problems)[0]
    // The keyboard has no tooltip to read why nothing happens.
    if (refused !== undefined) toast.error('Not sent', { description: refused })
    else if (now.fatal.length > 0) {
      setProfiles(profiled)
      setDialog('override')
    } else void confirmAndSend(profiled)
  }
  const confirmAndSend = async (profiled: boolean, override?: readonly SubmitOverride[]) => {
    const confirmed = await askProduction(productionQuestion(draft, profiled))
    if (!confirmed) return
    if (override === undefined && waits && replaced.inFlight > 0) hold.begin(draft, confirmed)
    else await send(draft, confirmed, profiled, override)
  }
  const check = () => {
    const refused = blocked ?? problems.script
    if (refused !== undefined) toast.error('Not checked', { description: refused })
    else if (!server.pending) void server.check()
  }
  const closeDialog = (open: boolean) => {
    if (!open) setDialog(undefined)
  }
  const openTab = (added: NewDraft) => {
    if (open(added) === undefined) return
    setDialog(undefined)
    void setVersion(null)
  }
  const closeTab = (closed: Draft) => {
    close(closed.key)
    if (!closed.edited) return
    versions.setAside(closed)
    toast.info(`Closed ${draftName(closed)}`, {
      description: 'Its text is kept in Versions.',
      action: { label: 'Reopen', act: () => void open(closed) },
    })
  }
  const unchanged = run.state !== 'idle' && run.sent.script === draft.script
  if (opening) return <EditorLoading />
  const { headline, second } =
    (unchanged ? runHeadline(run, execution, failing?.line ?? null, everywhere) : undefined) ??
    draftHeadline(draft.mode, { findings, fatal }, problems)
  return (
    <>
      <PageHeader
        breadcrumb={draft.mode !== 'run' && draft.id !== '' ? `Editor › ${draft.id} › draft` : undefined}
        headline={headline}
        second={second}
        actions={
          <>
            <Button icon={LayoutTemplate} onClick={() => setDialog('templates')}>
              Templates
            </Button>
            <Button icon={History} onClick={() => void setVersion('')}>
              Versions
            </Button>
            <CopyAsCli commands={[{ words: submissionWords(draft), on: 'any' }]} />
            {fatal.length > 0 && (
              <Button icon={ShieldAlert} disabledReason={blocked} onClick={() => submit()}>
                Override…
              </Button>
            )}
            {draft.mode === 'run' && (
              <ProfiledRunButton
                pending={run.state === 'sending'}
                reason={reason ?? nothingToProfile(script)}
                onRun={() => submit(true)}
              />
            )}
            <SubmitButton
              draft={draft}
              pending={run.state === 'sending'}
              reason={reason ?? (hold.waiting ? 'Waiting for executions to finish.' : undefined)}
              onSubmit={() => submit()}
            />
          </>
        }
      />
      <ProfilingOwed />
      <DraftTabs drafts={drafts} shown={draft.key} onShow={show} onClose={closeTab} onNew={openBlank} />
      {hold.banner}
      {/* Code scrolls within itself; blocks are as long as they are. */}
      <div className={cn('grid flex-1 gap-3 xl:grid-cols-[minmax(0,1fr)_332px]', view === 'code' && 'min-h-0')}>
        <div className="flex min-w-0 flex-col gap-3">
          <section
            aria-label="Code"
            className={cn(
              'flex flex-[3] flex-col rounded-panel border border-line bg-surface focus-within:border-line-strong',
              view === 'code' && 'min-h-96',
            )}
          >
            <ScriptTabs
              key={draft.key}
              script={draft.script}
              kept={kept}
              onChange={(value) => change({ script: value })}
              onRun={() => submit()}
              onOpen={(value) => openTab({ ...draft, script: value, from: null, edited: false })}
            >
              <CodeEditor
                value={draft.script}
                onChange={(value) => change({ script: value })}
                onRun={() => submit()}
                onCheck={check}
                onCursor={setCursor}
                findings={findings}
                inspected={text}
                failingLine={failing}
                states={editorStates}
                stateKey={draft.key}
              />
            </ScriptTabs>
            <StatusBar
              findings={findings}
              script={script}
              cursor={cursor}
              verdict={server.verdict}
              checking={server.pending}
              checkBlocked={blocked ?? problems.script}
              onCheck={check}
            />
          </section>
          <div className="flex max-h-[420px] min-h-56 flex-[2] flex-col *:flex-1">
            <OutputPanel
              key={draft.key}
              script={script}
              run={run}
              execution={execution}
              failingLine={failing?.line ?? null}
              onShowLine={() => setShownAgain(shownAgain + 1)}
              onGiveUp={giveUp}
            />
          </div>
        </div>
        <SidePanel
          key={draft.key}
          draft={draft}
          onChange={change}
          problems={problems}
          script={script}
          sessions={sessions}
          previous={previous}
          text={text}
          replaced={replaced}
          waits={waits}
          onWaits={(on) => setWaiting(on ? draft.key : undefined)}
        />
      </div>
      <TemplateGallery
        open={dialog === 'templates'}
        onOpenChange={closeDialog}
        generation={generation}
        onUse={(template) => openTab(fromTemplate(template))}
      />
      <VersionsDialog
        chosen={version}
        onChoose={(key) => void setVersion(key)}
        kept={versions.kept}
        stored={versions.stored}
        current={draft.script}
        sessions={sessions}
        onOpen={openTab}
      />
      <OverrideDialog
        open={dialog === 'override'}
        onOpenChange={closeDialog}
        hazards={judge({ findings, script }, profiles).fatal}
        profiled={profiles}
        onSend={(override) => {
          setDialog(undefined)
          void confirmAndSend(profiles, override)
        }}
      />
    </>
  )
}

/** What replaces something asks each time. */
function productionQuestion({ mode, id, replaceWith }: Submission, profiled: boolean) {
  switch (mode) {
    case 'run':
      return { effect: profiled ? 'Run profiled' : 'Run' }
    case 'new':
      return { effect: 'Register' }
    case 'upgrade':
      return { effect: `Upgrade ${visibleText(id, NAME_CHARS)}`, eachTime: true }
    case 'replace':
      return { effect: `Replace ${visibleText(replaceWith, NAME_CHARS)}`, eachTime: true }
  }
}

interface SubmitButtonProps {
  readonly draft: Submission
  readonly pending: boolean
  readonly reason: string | undefined
  readonly onSubmit: () => void
}

/** Names its effect: `Run once`, `Upgrade on 3 shards`. */
function SubmitButton({ draft, pending, reason, onSubmit }: SubmitButtonProps) {
  const shards = useShards()
  const where = shards && shards.length > 1 ? ` on ${plural(shards.length, 'shard')}` : ''
  const label = { run: 'Run', new: `Register${where}`, upgrade: `Upgrade${where}`, replace: `Replace${where}` }[
    draft.mode
  ]
  return (
    <Button
      variant="primary"
      icon={draft.mode === 'run' ? Play : Upload}
      pending={pending}
      disabledReason={reason}
      onClick={onSubmit}
      aria-keyshortcuts="Control+Enter"
    >
      {pending ? 'Sending…' : label}
    </Button>
  )
}

/**
 * The line of the first error that can be proven to lie in what was sent, or before anything was sent the line that another page marked; while
 * that line still reads the same.
 */
function useFailingLine(
  sent: Submission | undefined,
  errors: readonly string[],
  marked: MarkedLine | undefined,
  current: string,
  again: number,
) {
  const found = useMemo(() => {
    if (!sent) return marked
    for (const text of errors) {
      const frame = frameInScript(readError(text), sent.script)
      if (frame) return { line: frame.line, script: sent.script }
    }
    return undefined
  }, [sent, errors, marked])
  const same = found !== undefined && lineAt(found.script, found.line) === lineAt(current, found.line)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` makes a new object, which marks and scrolls again
  return useMemo(() => (found && same ? { line: found.line } : null), [found, same, again])
}

/** The version is not known until the record is read: a name without it is never wrong. */
const sentName = (sent: Draft): string => draftName({ ...sent, from: null })

const lineAt = (script: string, line: number): string | undefined => script.split('\n')[line - 1]

/** Profiling is switched back when the run ends: what a registration runs later is not timed by it. */
function nothingToProfile(script: ReadScript): string | undefined {
  const { runs, mayRun, cannotTell } = effectsOf(script)
  return cannotTell || runs + mayRun > 0
    ? undefined
    : 'It does not start a run. Use the Profiler for runs of registrations.'
}

const fromTemplate = (template: Template): NewDraft => ({
  script: template.script,
  mode: template.action === 'register' ? 'new' : 'run',
  id: template.action === 'register' ? template.id : '',
  description: template.action === 'register' ? template.summary : '',
  replaceWith: '',
  requirements: [],
  blocking: false,
  reinstall: false,
  from: null,
  edited: false,
})

/** That a shard is silent which this needs. */
function silenceOf(
  effects: ScriptEffects,
  requirements: readonly string[],
  shards: readonly ShardState[],
): readonly OverridableHazard[] {
  const act = needsEveryShard(effects, requirements)
  const message = act && silenceBlocks(shards, act)
  if (message === undefined) return []
  const hint = 'If sent now, it times out after 5 to 30 s and may reach only some shards.'
  return [{ name: SILENT_OVERRIDE, line: null, message, hint }]
}
