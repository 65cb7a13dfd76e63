import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guardOf } from '@gearboard/gears/guards'
import { SAMPLE_COMMANDS } from '@gearboard/gears/testing/commands'
import { expect, test } from 'vitest'

const samples = new Map(Object.entries(SAMPLE_COMMANDS))

test('the hub names no command that only a person may ask for', () => {
  const named = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/\bcommands\.([a-z]\w+)/g)])
    .map(([, command = '']) => command)
  expect(new Set(named).size).toBeGreaterThan(8)
  const asked = [...new Set(named)].filter((name) => {
    const command = samples.get(name)?.sent()
    return !command || guardOf(command.name, command.words.map(String))?.sender !== 'gearboard'
  })
  expect(asked).toEqual([])
})
