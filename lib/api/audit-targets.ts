import type { AuditEntry, AuditLink } from '@/lib/model/record/audit'
import type { Contract } from './contract'

type AuditedName = {
  [Name in keyof Contract]: Contract[Name]['method'] extends 'GET' ? never : Name
}[keyof Contract]

/** What the target of an action is, where it has a page. */
const TARGETS: Readonly<Record<AuditedName, AuditLink['kind'] | null>> = {
  signIn: null,
  signOut: null,
  beginProviderSignIn: null,
  providerSignIn: null,
  setUp: null,
  addUser: null,
  changeUser: null,
  setUserPassword: null,
  removeUser: null,
  addGrant: null,
  changeGrant: null,
  removeGrant: null,
  endSession: null,
  revokeToken: null,
  changeOwnPassword: null,
  endOwnSession: null,
  makeToken: null,
  revokeOwnToken: null,
  readUnprovenResults: 'execution',
  abortExecution: 'execution',
  dropExecution: 'execution',
  unregister: 'registration',
  pauseRegistration: 'registration',
  resumeRegistration: 'registration',
  clearStatistics: null,
  submit: null,
  trigger: null,
  checkScript: null,
  injectEvent: null,
  refreshCluster: null,
  setConfig: null,
  importRequirement: null,
  resetProfile: null,
  acknowledgeNotice: null,
  addConnection: null,
  testConnection: null,
  changeConnection: null,
  removeConnection: null,
  acknowledgeAlert: null,
  muteAlert: null,
  acknowledgeOwnAlert: null,
  muteOwnAlert: null,
  addAlertRule: null,
  changeAlertRule: null,
  removeAlertRule: null,
  enableDefaultAlertRules: null,
  addAlertReceiver: null,
  changeAlertReceiver: null,
  removeAlertReceiver: null,
  testAlertReceiver: null,
  testUnsavedAlertReceiver: null,
  saveView: null,
  changeView: null,
  deleteView: null,
}

const isAction = (name: string): name is AuditedName => Object.hasOwn(TARGETS, name)

/** The page that an entry's target has; undefined where it has none. */
export function targetOf({
  action,
  target,
  links,
}: Pick<AuditEntry, 'action' | 'target' | 'links'>): AuditLink | undefined {
  if (target === null) return undefined
  const kind = isAction(action) ? TARGETS[action] : null
  // A submission is named after its session; its script is the recorded source.
  return kind === null ? links?.find((link) => link.kind === 'source') : { kind, id: target }
}

/** The sources that register again what an entry removed; none where it removed nothing, or where they are unknown. */
export const undoneBy = ({
  action,
  outcome,
  links = [],
}: Pick<AuditEntry, 'action' | 'outcome' | 'links'>): readonly AuditLink[] =>
  action === 'unregister' && (outcome === 'ok' || outcome === 'partial')
    ? links.filter(({ kind }) => kind === 'source')
    : []
