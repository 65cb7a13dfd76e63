import type { z } from 'zod'
import type { HiddenKind } from '@/lib/model/people/grant'
import type { Access } from '@/lib/model/people/role'

/** Phantom type of an endpoint's answer: a value is never made of it. */
declare const reply: unique symbol
export interface AnswerType<T> {
  readonly [reply]?: T
}

export const answers = <T>(): AnswerType<T> => ({})

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * One endpoint of the contract: what the server routes and the browser calls. A handler that answers another type, and a caller that
 * sends another body, are compile errors.
 */
export interface Endpoint<
  Path extends string = string,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer = unknown,
  M extends Method = Method,
  Confirm extends string | null = string | null,
> {
  readonly method: M
  /** With `{name}` for each parameter. */
  readonly path: Path
  /** The access that it needs; `open` needs no sign-in. */
  readonly access: Access | 'open'
  readonly summary: string
  /** What the audit calls an attempt, with a capital: `Refresh cluster`. */
  readonly action?: string
  /**
   * The parameter of the path that names a connection which, where it is a production one, this changes only with its name given
   * (`CONFIRM_HEADER`). Null: the server does not change.
   */
  readonly confirm?: Confirm
  /** What the answer consists of, of all that a viewer's grant may hide: where it does, there is no answer. */
  readonly reveals?: readonly HiddenKind[]
  /** What the answer has beside other things: where a viewer's grant hides it, it is left out, and `hidden` says so. */
  readonly contains?: readonly HiddenKind[]
  /** Writes what Gearboard itself keeps, and nothing to the server: allowed on a connection that is only read. */
  readonly ownRecord?: true
  readonly query?: Query
  readonly body?: Body
  /** Largest body taken, bytes. */
  readonly maxBodyBytes?: number
  readonly reply: AnswerType<Answer>
}

/** An endpoint that changes something has words for the audit log, and says whether a production connection asks for its name; a GET has neither. */
type WriteTerms<M extends Method, Confirm> = M extends 'GET'
  ? { readonly action?: never; readonly confirm?: never }
  : { readonly action: string; readonly confirm: Confirm }

/** The names of the parameters of a path. */
type ParamName<Path extends string> = Extract<keyof ParamsOf<Path>, string>

export const endpoint = <
  const Path extends string,
  Answer,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  const M extends Method = Method,
  const Confirm extends ParamName<Path> | null = null,
>(
  definition: Endpoint<Path, Query, Body, Answer, M, Confirm> & WriteTerms<M, Confirm>,
): Endpoint<Path, Query, Body, Answer, M, Confirm> => definition

/** In place of a parameter that no path can hold: the query has it under its name. */
export const IN_QUERY = '-'

/** The names in braces: `/api/{connection}/executions/{id}` takes `connection` and `id`. */
export type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ParamsOf<Rest>
  : unknown

// biome-ignore lint/suspicious/noExplicitAny: the bound of an inference, never the type of a value
type AnyEndpoint = Endpoint<string, any, any, any>

/** Where an endpoint is, and its words for the audit log if it writes. */
export interface ApiRoute<E extends AnyEndpoint = AnyEndpoint> {
  readonly method: E['method']
  readonly path: E['path']
  readonly action?: string
  /** The role that a read needs, where `read` does not suffice: pages do not offer what will be refused. */
  readonly access?: Access
}

export type AnswerOf<E extends AnyEndpoint> = E['reply'] extends AnswerType<infer Answer> ? Answer : never
export type QueryOf<E extends AnyEndpoint> = z.output<NonNullable<E['query']>>
export type BodyOf<E extends AnyEndpoint> = z.output<NonNullable<E['body']>>
export type QueryInput<E extends AnyEndpoint> = z.input<NonNullable<E['query']>>
export type BodyInput<E extends AnyEndpoint> = z.input<NonNullable<E['body']>>
export type { AnyEndpoint }
