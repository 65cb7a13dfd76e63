import { expect, test } from 'vitest'
import { alertRule } from '@/lib/api/contract/alert-definition'
import { DEFAULT_RULES } from '@/lib/model/alerts/defaults'
import { ALERT_KINDS } from '@/lib/model/alerts/kinds'
import { ruleBody, ruleForm, suggestedRule, switchedRule, thresholdProblem } from './rule-form'

test.each(DEFAULT_RULES.map((rule) => [rule.id, rule] as const))('%s survives the form unchanged', (_, rule) => {
  const { id, ...rest } = rule
  expect(alertRule.parse(ruleBody(ruleForm(rule)))).toEqual(rest)
  expect(alertRule.parse(switchedRule(rule, true))).toEqual({ ...rest, enabled: true })
})

test.each(ALERT_KINDS.map((kind) => [kind]))('a new rule of %s is one that the API takes', (kind) => {
  expect(alertRule.safeParse(ruleBody({ ...suggestedRule(kind), name: 'mine' })).success).toBe(true)
})

test.each([
  [{ threshold: '1000' }, 'threshold'],
  [{ forS: '' }, 'forS'],
  [{ forS: '1.5' }, 'forS'],
  [{ connections: ' , ' }, 'connections'],
  [{ name: '' }, 'name'],
])('%j is refused at its field', (changed, at) => {
  const body = ruleBody({ ...suggestedRule('failure-rate'), name: 'mine', ...changed })
  expect(alertRule.safeParse(JSON.parse(JSON.stringify(body))).error?.issues[0]?.path[0]).toBe(at)
})

test.each(['', ' ', 'ten', '1e999'])('a threshold %j is no number', (threshold) => {
  expect(thresholdProblem({ ...suggestedRule('failure-rate'), threshold })).toBe('must be a number')
  expect(thresholdProblem({ ...suggestedRule('retry-loop'), threshold })).toBeUndefined()
})
