import { keepPreviousData } from '@tanstack/react-query'
import { ask } from './call'
import type { Contract } from './contract'
import type { AnswerOf, AnyEndpoint, ParamsOf, QueryInput } from './endpoint'
import { routes } from './routes'

/** The endpoints that are read. */
export type ReadName = {
  [Name in keyof Contract]: Contract[Name]['method'] extends 'GET' ? Name : never
}[keyof Contract]

type PathInput<E extends AnyEndpoint> = unknown extends ParamsOf<E['path']> ? object : ParamsOf<E['path']>
type SearchInput<E extends AnyEndpoint> = undefined extends QueryInput<E> ? object : QueryInput<E>

/** The parameters of an endpoint's path and of its query, in one object: no endpoint has one name in both. */
type Parameters<Name extends keyof Contract> = PathInput<Contract[Name]> & SearchInput<Contract[Name]>

export type Given<Name extends keyof Contract, Without extends string = never> =
  object extends Omit<Parameters<Name>, Without>
    ? readonly [parameters?: Omit<Parameters<Name>, Without>]
    : readonly [parameters: Omit<Parameters<Name>, Without>]

/** What is declared of a query beside the call; a page adds how often it asks. */
interface Declared {
  /** How long an answer counts as fresh, ms; absent: not at all. */
  readonly staleTime?: number
  /** The answer to other parameters is shown until the new one is there. */
  readonly placeholderData?: typeof keepPreviousData
}

const KEEPS_PREVIOUS: Declared = { placeholderData: keepPreviousData }

const DECLARED: Readonly<Partial<Record<ReadName, Declared>>> = {
  me: { staleTime: 60_000 },
  historySeries: KEEPS_PREVIOUS,
  historyFunctions: KEEPS_PREVIOUS,
  memoryGrowth: KEEPS_PREVIOUS,
  deployments: KEEPS_PREVIOUS,
}

export interface EndpointQuery<Answer> extends Declared {
  readonly queryKey: readonly unknown[]
  readonly queryFn: (context: { readonly signal: AbortSignal }) => Promise<Answer>
}

/**
 * The query that asks an endpoint once. Lists that the live feed keeps (executions, registrations, shards, samples) are read through `live.ts`.
 * @param parameters of its path and of its query
 */
export function endpointQuery<Name extends ReadName>(
  name: Name,
  ...[parameters]: Given<Name>
): EndpointQuery<AnswerOf<Contract[Name]>>
export function endpointQuery(name: ReadName, parameters: Loose = {}): EndpointQuery<unknown> {
  return checkedQuery(name, parameters)
}

/** As `endpointQuery`, for a caller that has checked the types. */
export function checkedQuery(name: ReadName, parameters: Loose): EndpointQuery<unknown> {
  return {
    queryKey: queryKey(name, parameters),
    queryFn: ({ signal }) => askWith(name, parameters, signal),
    ...DECLARED[name],
  }
}

/** Lists that come in pages: what each asks for, and what is declared of the query. */
const PAGED = {
  historyExecutions: { limit: 500, ...KEEPS_PREVIOUS },
  sources: {},
  alertDeliveries: KEEPS_PREVIOUS,
  alerts: KEEPS_PREVIOUS,
  audit: KEEPS_PREVIOUS,
} as const satisfies Readonly<Partial<Record<ReadName, Declared & { readonly limit?: number }>>>

interface PagesQuery<Answer> extends Declared {
  readonly queryKey: readonly unknown[]
  readonly queryFn: (context: { readonly pageParam: string; readonly signal: AbortSignal }) => Promise<Answer>
  readonly initialPageParam: string
  readonly getNextPageParam: (page: { readonly next: string | null }) => string | undefined
}

/** The query of a list in pages: `next` of one is the cursor of the following. */
export function endpointPages<Name extends keyof typeof PAGED>(
  name: Name,
  ...[parameters]: Given<Name, 'cursor' | 'limit'>
): PagesQuery<AnswerOf<Contract[Name]>>
export function endpointPages(name: keyof typeof PAGED, parameters: Loose = {}): PagesQuery<unknown> {
  const { limit, ...declared }: Declared & { readonly limit?: number } = PAGED[name]
  return {
    queryKey: [...queryKey(name, parameters), 'pages'],
    queryFn: ({ pageParam, signal }) => askWith(name, { ...parameters, limit, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
    ...declared,
  }
}

/** The key of a query: the endpoint, then its parameters. With some of them it matches all queries that have these. */
export function queryKey<Name extends ReadName>(name: Name, parameters: Partial<Parameters<Name>>): readonly unknown[]
export function queryKey(name: ReadName, parameters: object): readonly unknown[] {
  return [name, parameters]
}

type Loose = Readonly<Record<string, unknown>>

function askWith(endpoint: ReadName, parameters: Loose, signal: AbortSignal): Promise<unknown> {
  const params: Record<string, string> = {}
  const query: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(parameters)) {
    if (routes[endpoint].path.includes(`{${name}}`)) params[name] = String(value)
    else query[name] = value
  }
  return ask(endpoint, { params, query, signal })
}
