import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guardOf } from '@gearboard/gears/guard'
import { sent } from '@gearboard/gears/testing/sample-commands'
import { expect, test } from 'vitest'

test('the hub names no command that only a person may ask for', () => {
  const named = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/\bcommands\.([a-z]\w+)/g)])
    .map(([, command = '']) => command)
  expect(new Set(named).size).toBeGreaterThan(8)
  const asked = [...new Set(named)].filter((name) => {
    const command = sent[name]?.()
    return !command || guardOf(command.name, command.words.map(String))?.sender !== 'gearboard'
  })
  expect(asked).toEqual([])
})
