'use client'

import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { UNPROVEN_OVERRIDE } from '@/lib/model/executions/withheld'
import { uploadBundle } from './bundle'
import { type CallOptions, type Confirmed, call } from './call'
import type { Contract } from './contract'
import type { BodyInput } from './endpoint'
import { useConnectionName } from './live'
import { queryKey, type ReadName } from './query'

/** Blocking runs and triggers may take as long as the server lets them, ms. */
const LONG_RUN_MS = 10 * 60_000

/** A mutation that throws `ApiError`, and makes the named queries of this connection be asked again, also when it failed half-way. */
function useAction<Input, Answer>(
  run: (connection: string, input: Input) => Promise<Answer>,
  touches: (connection: string, input: Input) => readonly QueryKey[],
) {
  const client = useQueryClient()
  const connection = useConnectionName()
  return useMutation({
    mutationFn: (input: Input) => run(connection, input),
    onSettled: (_answer, _error, input) =>
      Promise.all(touches(connection, input).map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}

interface ById {
  readonly id: string
}

/** A write, and what was typed to confirm it. */
type Confirming<Input> = Input & Confirmed

/** Of an execution or a registration. */
export interface SeenById extends ById {
  /** `identity` of each that the act was decided by. */
  readonly seen: readonly string[]
}

const seenWords = ({ seen }: SeenById) => ({ seen: seen.join(',') })

/** The lists follow by themselves: the hub polls at once and pushes a delta. These refresh what is fetched apart. */
const executionOf = (connection: string, { id }: ById): readonly QueryKey[] => [
  queryKey('execution', { connection, id }),
  queryKey('audit', { connection }),
]

export const useAbort = () =>
  useAction(
    (connection, { confirm, ...input }: Confirming<SeenById>) =>
      call('abortExecution', { params: { connection, id: input.id }, query: seenWords(input), confirm }),
    executionOf,
  )

/** Results that Gearboard reads only on a user's request: reading may crash the server. */
export const useReadUnproven = () =>
  useAction(
    (connection, { confirm, ...input }: Confirming<SeenById>) =>
      call('readUnprovenResults', {
        params: { connection, id: input.id },
        query: seenWords(input),
        confirm,
        body: { override: [UNPROVEN_OVERRIDE] },
      }),
    executionOf,
  )

export const useDrop = () =>
  useAction(
    (connection, { confirm, ...input }: Confirming<SeenById>) =>
      call('dropExecution', { params: { connection, id: input.id }, query: seenWords(input), confirm }),
    executionOf,
  )

export const useUnregister = () =>
  useAction(
    (
      connection,
      { abortPending = false, confirm, ...input }: Confirming<SeenById & { readonly abortPending?: boolean }>,
    ) =>
      call('unregister', {
        confirm,
        params: { connection, id: input.id },
        query: { ...seenWords(input), abortPending: String(abortPending) },
      }),
    (connection, { id }) => [queryKey('registration', { connection, id }), queryKey('sessions', { connection })],
  )

const registrationOf = (connection: string, { id }: ById): readonly QueryKey[] => [
  queryKey('registration', { connection, id }),
]

export const usePauseRegistration = () =>
  useAction(
    (connection, { confirm, ...input }: Confirming<SeenById>) =>
      call('pauseRegistration', { params: { connection, id: input.id }, query: seenWords(input), confirm }),
    registrationOf,
  )

export const useResumeRegistration = () =>
  useAction(
    (connection, { confirm, ...input }: Confirming<SeenById>) =>
      call('resumeRegistration', { params: { connection, id: input.id }, query: seenWords(input), confirm }),
    registrationOf,
  )

export const useClearStatistics = () =>
  useAction(
    (connection, { seen, confirm }: Confirming<Pick<SeenById, 'seen'>>) =>
      call('clearStatistics', { params: { connection }, body: { seen: [...seen] }, confirm }),
    (connection) => [queryKey('registration', { connection })],
  )

export const useSubmit = () =>
  useAction(
    (connection, { confirm, ...body }: Confirming<BodyInput<Contract['submit']>>) =>
      call('submit', { params: { connection }, body, confirm, timeoutMs: LONG_RUN_MS }),
    (connection) => [
      queryKey('requirements', { connection }),
      queryKey('sessions', { connection }),
      queryKey('sources', { connection }),
      queryKey('profiledRun', { connection }),
    ],
  )

export const useCheckScript = () =>
  useAction(
    (connection, body: BodyInput<Contract['checkScript']>) => call('checkScript', { params: { connection }, body }),
    () => [],
  )

export const useInjectEvent = () =>
  useAction(
    (connection, { confirm, ...body }: Confirming<BodyInput<Contract['injectEvent']>>) =>
      call('injectEvent', { params: { connection }, body, confirm, timeoutMs: LONG_RUN_MS }),
    () => [],
  )

export const useTrigger = () =>
  useAction(
    (connection, { name, confirm, ...body }: Confirming<BodyInput<Contract['trigger']> & { readonly name: string }>) =>
      call('trigger', { params: { connection, name }, body, confirm, timeoutMs: LONG_RUN_MS }),
    () => [],
  )

export const useRefreshCluster = () =>
  useAction(
    (connection, { confirm }: Confirmed) => call('refreshCluster', { params: { connection }, confirm }),
    (connection) => [queryKey('cluster', { connection })],
  )

export const useSetConfig = () =>
  useAction(
    (connection, { key, confirm, ...body }: Confirming<BodyInput<Contract['setConfig']> & { readonly key: string }>) =>
      call('setConfig', { params: { connection, key }, body, confirm }),
    (connection) => [queryKey('config', { connection })],
  )

export const useResetProfile = () =>
  useAction(
    (connection, { id, confirm }: Confirming<ById>) => call('resetProfile', { params: { connection, id }, confirm }),
    (connection, { id }) => [queryKey('sessionProfile', { connection, id })],
  )

export const useImportRequirement = () =>
  useAction(
    (
      connection,
      {
        file,
        confirm,
        onProgress,
      }: Confirming<{ readonly file: Blob; readonly onProgress: (percent: number) => void }>,
    ) => uploadBundle(connection, file, confirm, onProgress),
    (connection) => [queryKey('requirements', { connection })],
  )

const viewsOf = (connection: string): readonly QueryKey[] => [queryKey('views', { connection })]

export const useSaveView = () =>
  useAction(
    (connection, body: BodyInput<Contract['saveView']>) => call('saveView', { params: { connection }, body }),
    viewsOf,
  )

export const useChangeView = () =>
  useAction(
    (connection, { id, ...body }: BodyInput<Contract['changeView']> & ById) =>
      call('changeView', { params: { connection, id }, body }),
    viewsOf,
  )

export const useDeleteView = () =>
  useAction((connection, { id }: ById) => call('deleteView', { params: { connection, id } }), viewsOf)

export const useAcknowledgeNotice = () =>
  useAction(
    (connection, { id }: ById) => call('acknowledgeNotice', { params: { connection, id } }),
    () => [],
  )

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyInput<Contract['signIn']>) => call('signIn', { body }),
    onSuccess: () => {
      // What another user saw in this tab before.
      client.removeQueries({ type: 'inactive' })
      return client.invalidateQueries()
    },
  })
}

/** Asks where to sign in at the provider. */
export const useBeginProviderSignIn = () =>
  useMutation({
    mutationFn: (body: BodyInput<Contract['beginProviderSignIn']>) => call('beginProviderSignIn', { body }),
  })

/** Signs in with what the provider answered. */
export function useProviderSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyInput<Contract['providerSignIn']>) => call('providerSignIn', { body }),
    onSuccess: () => client.invalidateQueries(),
  })
}

/** Makes the first user by the token of the set-up link. */
export function useSetUp() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BodyInput<Contract['setUp']>) => call('setUp', { body }),
    onSuccess: () => client.invalidateQueries(),
  })
}

export const useSignOut = () => useMutation({ mutationFn: () => call('signOut', {}) })

type PeopleWrite =
  | 'addUser'
  | 'changeUser'
  | 'setUserPassword'
  | 'removeUser'
  | 'addGrant'
  | 'changeGrant'
  | 'removeGrant'
  | 'endSession'
  | 'revokeToken'
  | 'changeOwnPassword'
  | 'endOwnSession'
  | 'makeToken'
  | 'revokeOwnToken'

/** A change of users, grants, sessions or tokens; what the pages show of them is asked again. */
export const usePeopleChange = <Name extends PeopleWrite>(name: Name) =>
  useChangeOf(['people', 'ownSessions', 'ownTokens', 'me'], (options: CallOptions<Contract[Name]>) =>
    call(name, options),
  )

type AlertWrite =
  | 'addAlertRule'
  | 'changeAlertRule'
  | 'removeAlertRule'
  | 'enableDefaultAlertRules'
  | 'addAlertReceiver'
  | 'changeAlertReceiver'
  | 'removeAlertReceiver'
  | 'testAlertReceiver'

/** A change of rules or receivers, or a test that the delivery log holds. */
export const useAlertChange = <Name extends AlertWrite>(name: Name) =>
  useChangeOf(['alertSettings', 'alertDeliveries'], (options: CallOptions<Contract[Name]>) => call(name, options))

export const useTestUnsavedReceiver = () =>
  useMutation({
    mutationFn: (body: BodyInput<Contract['testUnsavedAlertReceiver']>) => call('testUnsavedAlertReceiver', { body }),
  })

/** An alert, and the connection that it is of; null: Gearboard itself. */
interface OfAlert extends ById {
  readonly connection: string | null
}

export const useAcknowledgeAlert = () =>
  useChangeOf(['alerts'], ({ id, connection }: OfAlert) =>
    connection === null
      ? call('acknowledgeOwnAlert', { params: { id } })
      : call('acknowledgeAlert', { params: { connection, id } }),
  )

/** `minutes` of 0 end a mute. */
export const useMuteAlert = () =>
  useChangeOf(['alerts'], ({ id, connection, minutes }: OfAlert & { readonly minutes: number }) =>
    connection === null
      ? call('muteOwnAlert', { params: { id }, body: { minutes } })
      : call('muteAlert', { params: { connection, id }, body: { minutes } }),
  )

/** A write after which these are asked again, however it ended. */
function useChangeOf<Input, Answer>(changed: readonly ReadName[], run: (input: Input) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: run,
    onSettled: () => Promise.all(changed.map((name) => client.invalidateQueries({ queryKey: queryKey(name, {}) }))),
  })
}

/** A change of which connections there are. */
const useConnectionChange = <Input, Answer>(run: (input: Input) => Promise<Answer>) =>
  useChangeOf(['connectionSettings', 'connections', 'fleet', 'me'], run)

export const useAddConnection = () =>
  useConnectionChange((body: BodyInput<Contract['addConnection']>) => call('addConnection', { body }))

export const useTestConnection = () =>
  useMutation({ mutationFn: (body: BodyInput<Contract['testConnection']>) => call('testConnection', { body }) })

export const useChangeConnection = () =>
  useConnectionChange(({ confirm, ...body }: Confirming<BodyInput<Contract['changeConnection']>>) =>
    call('changeConnection', { params: { name: body.name }, body, confirm }),
  )

export const useRemoveConnection = () =>
  useConnectionChange(({ name, confirm }: Confirming<{ readonly name: string }>) =>
    call('removeConnection', { params: { name }, confirm }),
  )
