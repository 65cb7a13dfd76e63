'use client'

import { PlugZap, ServerOff, ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import type { ConnectionState } from '@/lib/model/connection'
import { redisCli } from '@/lib/model/redis-cli'
import { type Help, refusalHelp, refusalInWords, refusalOf } from '@/lib/model/server-refusal'

/** A server answers and gives no service: who, in which words, and what helps. */
export function Refused({ state }: { readonly state: ConnectionState }) {
  const { error, acl } = state
  const refusal = (error && refusalOf(error)) ?? 'other'
  const who = error?.address ?? state.address.replace(/^\w+:\/\//, '')
  return (
    <Problem
      icon={ShieldAlert}
      title={`${who} ${refusalInWords(refusal)}`}
      lead="The server is there. This is its answer:"
      words={error?.message}
    >
      {refusalHelp(refusal, { address: who, acl, tls: state.address.startsWith('rediss') }).map((help) => (
        <HelpItem key={help.text} help={help} />
      ))}
    </Problem>
  )
}

function HelpItem({ help: { text, command } }: { readonly help: Help }) {
  return (
    <li>
      {text} {command !== undefined && <Line command={command} />}
    </li>
  )
}

/** Nobody answers, and never has: where Gearboard looked, what it heard, what to check. */
export function Unreachable({ state }: { readonly state: ConnectionState }) {
  return (
    <Problem
      icon={ServerOff}
      title={`Nothing answers at ${state.address}`}
      lead="No answer since Gearboard started."
      words={state.error?.message}
    >
      <li>Is the server running, and is that its address? Gearboard takes it from GEARBOARD_URL.</li>
      <li>Does a firewall block the way, or does the server expect TLS (rediss://)?</li>
      <li>
        Try it from the machine that runs Gearboard: <Lines state={state} words={['PING']} />
      </li>
    </Problem>
  )
}

/** Redis answers, RedisGears is not there. */
export function ModuleMissing({ state }: { readonly state: ConnectionState }) {
  const version = state.capability?.redisVersion
  return (
    <Problem
      icon={PlugZap}
      title="RedisGears is not loaded there"
      lead={`${state.address} answers${version ? ` as Redis ${version}` : ''}, but has no module named rg.`}
      words={state.error?.message}
    >
      <li>
        Start the server with the module: <Line command="redis-server --loadmodule /path/to/redisgears.so" />
      </li>
      <li>
        Or run an image that has it: <Line command="docker run -p 6379:6379 redislabs/redisgears:1.2.5" />
      </li>
      <li>
        Is it loaded after all? Then this user may not see it: <Lines state={state} words={['MODULE', 'LIST']} />
      </li>
      <li>RedisGears 2 (module redisgears_2) is another product, which Gearboard does not speak to.</li>
    </Problem>
  )
}

interface ProblemProps {
  readonly icon: typeof PlugZap
  readonly title: string
  readonly lead: ReactNode
  /** The error as it was heard. */
  readonly words: string | undefined
  readonly children: ReactNode
}

function Problem({ icon: Icon, title, lead, words, children }: ProblemProps) {
  return (
    <div className="mx-auto flex w-full max-w-160 flex-col gap-3 py-8">
      <div>
        <h1 className="flex items-center gap-2 font-semibold text-headline [overflow-wrap:anywhere]">
          <Icon aria-hidden className="size-5 text-fg-3" />
          {title}
        </h1>
        <p className="mt-1 text-fg-2">{lead}</p>
      </div>
      {words && (
        <p className="rounded-panel border border-line bg-surface px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
          {words}
        </p>
      )}
      <Panel title="What to check" bodyClassName="px-3 pb-3">
        <ul className="flex list-disc flex-col gap-2 pl-4 text-fg-2">{children}</ul>
      </Panel>
      <p role="status" className="text-fg-3 text-small">
        Gearboard keeps trying. This page disappears once connected.
      </p>
    </div>
  )
}

/** To each host that Gearboard was given. */
function Lines({
  state: { address, user },
  words,
}: {
  readonly state: ConnectionState
  readonly words: readonly string[]
}) {
  const [scheme = '', hosts = ''] = address.split('://')
  const access = { tls: scheme === 'rediss', user }
  return hosts.split(',').map((host) => <Line key={host} command={redisCli(host, access, words)} />)
}

function Line({ command }: { readonly command: string }) {
  return (
    <span className="mt-1 flex items-center justify-between gap-2 rounded-control bg-hover px-2 py-0.5">
      <code className="min-w-0 font-mono text-fg text-small [overflow-wrap:anywhere]">{command}</code>
      <CopyButton text={command} label="Copy command" size="row" />
    </span>
  )
}
