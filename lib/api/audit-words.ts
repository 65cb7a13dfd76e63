import type { Contract } from './contract'

/** Endpoints that change something: each attempt is one line of the audit log, under this name. */
type Write = { [Name in keyof Contract]: Contract[Name]['method'] extends 'GET' ? never : Name }[keyof Contract]

/** What the audit log records; Gearboard by itself restores what a profiled run switched. */
export type RecordedAction = Write | 'restoreProfiling'

/** What somebody did, by the endpoint's name in the contract; one that changes something and has no words does not compile. */
export const ACTION_WORDS = {
  readUnprovenResults: 'Read results',
  abortExecution: 'Abort',
  dropExecution: 'Drop',
  unregister: 'Unregister',
  pauseRegistration: 'Pause',
  resumeRegistration: 'Resume',
  clearStatistics: 'Clear statistics',
  submit: 'Submit',
  checkScript: 'Check script',
  trigger: 'Trigger',
  injectEvent: 'Inject event',
  refreshCluster: 'Refresh cluster',
  setConfig: 'Set configuration',
  restoreProfiling: 'Switch profiling back',
  importRequirement: 'Import requirement',
  resetProfile: 'Reset profile',
  saveView: 'Save view',
  changeView: 'Change view',
  deleteView: 'Delete view',
  acknowledgeNotice: 'Acknowledge notice',
  signIn: 'Sign in',
  signOut: 'Sign out',
} as const satisfies Readonly<Record<RecordedAction, string>>

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(ACTION_WORDS))

/** An action that a newer or older Gearboard recorded keeps its own name. */
export const actionWords = (action: string): string => WORDS.get(action) ?? action
