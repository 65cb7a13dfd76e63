import type { AuditEntry } from './audit'
import { plural } from './format'

/** What somebody did, by the endpoint's name in the contract. */
export const ACTION_WORDS = {
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
  signIn: 'Sign in',
  signOut: 'Sign out',
} as const satisfies Readonly<Record<string, string>>

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(ACTION_WORDS))

/** An action that a newer or older Gearboard recorded keeps its own name. */
export const actionWords = (action: string): string => WORDS.get(action) ?? action

/** One sentence over what is loaded. @param more there is older than that */
export function auditHeadline(entries: readonly Pick<AuditEntry, 'outcome'>[], more: boolean): string {
  if (entries.length === 0) return 'Nobody has changed anything through Gearboard.'
  const count = (outcome: AuditEntry['outcome']) => entries.filter((entry) => entry.outcome === outcome).length
  const bad = [
    [count('failed'), 'failed'],
    [count('partial'), 'reached some shards only'],
    [count('refused'), 'refused'],
  ] as const
  const words = bad.flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : []))
  const all = more ? `The last ${plural(entries.length, 'action')}` : plural(entries.length, 'action')
  return `${all}: ${words.length > 0 ? words.join(', ') : 'all carried out'}.`
}
