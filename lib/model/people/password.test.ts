import { expect, test } from 'vitest'
import { passwordProblem } from './password'

test.each([
  ['short', 'ada', /at least 12/],
  ['elevenchars', 'ada', /at least 12/],
  ['x'.repeat(513), 'ada', /at most 512/],
  ['aaaaaaaaaaaaaaaa', 'ada', /4 different/],
  ['ababababababab', 'bob', /4 different/],
  ['administrator', 'administrator', /user’s name/],
  ['ADMINISTRATOR1', 'administrator', /user’s name/],
  ['ada-Ada-ADA-ada', 'ada', /user’s name/],
])('%j cannot be the password of %s', (password, name, words) => {
  expect(passwordProblem(password, name)).toMatch(words)
})

test.each([
  ['twelve chars', 'ada'],
  ['ada has a long passphrase', 'ada'],
  ['パスワードは長くなければならない', 'ada'],
  ['correct horse', ''],
])('%j can be the password of %j', (password, name) => {
  expect(passwordProblem(password, name)).toBeUndefined()
})
