import {
  CONNECTION_STEP_TITLES,
  type ConnectionStep,
  type ConnectionStepState,
} from '@gearboard/gears/vocabulary/connection-test'
import { CircleCheck, CircleMinus, CircleQuestionMark, OctagonX, TriangleAlert } from 'lucide-react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'

const LOOK: Readonly<Record<ConnectionStepState, StateLook>> = {
  ok: { icon: CircleCheck, tone: 'ok', word: 'ok' },
  failed: { icon: OctagonX, tone: 'failed', word: 'failed' },
  warned: { icon: TriangleAlert, tone: 'waiting', word: 'warning' },
  unknown: { icon: CircleQuestionMark, tone: 'unknown', word: 'unknown' },
  not_tried: { icon: CircleMinus, tone: 'unknown', word: 'not tried' },
}

/** What a test of a connection found, step by step, and what helps. */
export function ConnectionSteps({ steps }: { readonly steps: readonly ConnectionStep[] }) {
  const failed = steps.find(({ state }) => state === 'failed')
  const warned = steps.some(({ state }) => state === 'warned' || state === 'unknown')
  const summary = failed
    ? `${CONNECTION_STEP_TITLES[failed.step]} failed.`
    : warned
      ? 'It works, with what is said below.'
      : 'All steps passed.'
  return (
    <Panel title="Test" bodyClassName="px-3 pb-3">
      <p role="status" className="mb-2 font-semibold">
        {summary}
      </p>
      <ol className="flex flex-col gap-1.5">
        {steps.map(({ step, state, detail, help }) => (
          <li key={step} className="grid grid-cols-[6rem_6rem_1fr] items-start gap-x-3 max-md:grid-cols-[6rem_1fr]">
            <span>{CONNECTION_STEP_TITLES[step]}</span>
            <StateWord look={LOOK[state]} />
            <div className="min-w-0 text-fg-2 max-md:col-span-2 [overflow-wrap:anywhere]">
              <BoundedText text={detail} />
              {help.map(({ text, command }) => (
                <div key={`${text} ${command}`} className="mt-1 text-small">
                  {text}
                  {command !== undefined && (
                    <div className="flex items-start gap-1.5">
                      <code className="min-w-0 font-mono">{command}</code>
                      <CopyButton text={command} label="Copy the command" />
                    </div>
                  )}
                </div>
              ))}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
