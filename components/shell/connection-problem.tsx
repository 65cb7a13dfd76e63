'use client'

import { redisCli } from '@gearboard/gears/vocabulary/redis-cli'
import { refusalHelp, refusalInWords, refusalOf } from '@gearboard/gears/vocabulary/server-refusal'
import { Hourglass, PlugZap, ServerOff, ShieldAlert, Unplug } from 'lucide-react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { useNow } from '@/components/shared/time/clock'
import { LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { namedInWords, type Unreached, unreached } from '@/lib/model/cluster/unreached'
import { type ConnectionState, hostsOf, usesTls } from '@/lib/model/connection/connection'
import { DRAWN_CHARS, visibleText } from '@/lib/model/text/visible-text'

/** The connection was removed while its page was open. @param name as pages show it */
export function Gone({ name }: { readonly name: string }) {
  return (
    <EmptyState
      icon={Unplug}
      title={<h1 className="[overflow-wrap:anywhere]">The connection {visibleText(name, TITLE_CHARS)} is gone</h1>}
      action={
        <LinkButton href="/" variant="primary">
          Go to Overview
        </LinkButton>
      }
    >
      It was removed from Gearboard, or you no longer have access to it. This page returns if the connection does.
    </EmptyState>
  )
}

/** A server answers but refuses service: which one, in which words, and what helps. */
export function Refused({ state }: { readonly state: ConnectionState }) {
  const { error, acl } = state
  const refusal = (error && refusalOf(error)) ?? 'other'
  const who = whoOf(state)
  return (
    <Problem
      icon={ShieldAlert}
      title={`${who} ${refusalInWords(refusal)}`}
      lead={[namedInWords(state), 'It answers:'].filter(Boolean).join(' ')}
      words={error ? [error.message] : []}
      checks={refusalHelp(refusal, { address: who, place: state.origin, acl, tls: usesTls(state.address) }).map(
        ({ text, command }) => ({
          text,
          commands: command === undefined ? [] : [command],
        }),
      )}
    />
  )
}

/** The server that gave the shown answer; if unknown, the first one in the connection's URL. */
const whoOf = ({ error, address }: ConnectionState): string => error?.address ?? hostsOf(address)[0] ?? address

/** No server has ever answered: where Gearboard tried to connect, which errors came back, what to check. */
export function Unreachable({ state }: { readonly state: ConnectionState }) {
  return <Problem icon={ServerOff} {...unreached(state, useNow())} />
}

/** The embedded RedisGears is not ready yet, and never was. */
export function Starting({ state }: { readonly state: ConnectionState }) {
  return <Problem icon={Hourglass} {...unreached(state, useNow())} />
}

/** Redis answers, but RedisGears is not loaded. */
export function ModuleMissing({ state }: { readonly state: ConnectionState }) {
  const version = state.capability?.redisVersion
  const who = whoOf(state)
  const answers = `${who} answers${version ? ` as Redis ${version}` : ''}, but has no module named rg.`
  return (
    <Problem
      icon={PlugZap}
      title="RedisGears is not loaded there"
      lead={[answers, namedInWords(state)].filter(Boolean).join(' ')}
      words={state.error ? [state.error.message] : []}
      checks={[
        {
          text: 'Start the server with the module:',
          commands: ['redis-server --loadmodule /path/to/redisgears.so'],
        },
        { text: 'Or run an image that has it:', commands: ['docker run -p 6379:6379 redislabs/redisgears:1.2.5'] },
        {
          text: 'If it is loaded, this user may not be allowed to see it:',
          commands: [redisCli(who, { tls: usesTls(state.address), user: state.user }, ['MODULE', 'LIST'])],
        },
        {
          text: 'RedisGears 2 (module redisgears_2) is another product and is not supported.',
          commands: [],
        },
      ]}
    />
  )
}

/** Of an address in a sentence. */
const TITLE_CHARS = 400

interface ProblemProps extends Unreached {
  readonly icon: typeof PlugZap
}

function Problem({ icon: Icon, title, lead, words, checks }: ProblemProps) {
  return (
    <div className="mx-auto flex w-full max-w-160 flex-col gap-3 py-8">
      <div>
        <h1 className="flex items-center gap-2 font-semibold text-headline [overflow-wrap:anywhere]">
          <Icon aria-hidden className="size-5 shrink-0 text-fg-3" />
          {visibleText(title, TITLE_CHARS)}
        </h1>
        <p className="mt-1 text-fg-2 [overflow-wrap:anywhere]">{visibleText(lead)}</p>
      </div>
      {words.length > 0 && (
        <div className="rounded-panel border border-line bg-surface px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
          {words.map((line) => (
            <p key={line}>
              <BoundedText text={line} most={DRAWN_CHARS} />
            </p>
          ))}
        </div>
      )}
      <Panel title="What to check" bodyClassName="px-3 pb-3">
        <ul className="flex list-disc flex-col gap-2 pl-4 text-fg-2">
          {checks.map(({ text, commands }) => (
            <li key={text} className="[overflow-wrap:anywhere]">
              {visibleText(text)}{' '}
              {commands.map((command) => (
                <Line key={command} command={command} />
              ))}
            </li>
          ))}
        </ul>
      </Panel>
      <p role="status" className="text-fg-3 text-small">
        Gearboard keeps trying. This page disappears once connected.
      </p>
    </div>
  )
}

function Line({ command }: { readonly command: string }) {
  return (
    <span className="mt-1 flex items-center justify-between gap-2 rounded-control bg-hover px-2 py-0.5">
      <code className="min-w-0 font-mono text-fg text-small [overflow-wrap:anywhere]">{visibleText(command)}</code>
      <CopyButton text={command} label="Copy command" size="row" />
    </span>
  )
}
