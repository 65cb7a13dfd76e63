import { recordings } from '@gearboard/gears/testing/recordings'
import { describe, expect, it } from 'vitest'
import { isEmptyProfile, parsePstats } from './pstats'

const recorded = (name: string): string => {
  const raw = recordings('standalone').find((each) => each.name === name)?.raw ?? ''
  return raw.startsWith('$') ? raw.slice(raw.indexOf('\n') + 1) : raw.slice(1)
}

describe('parsePstats', () => {
  it('reads what RedisGears 1.2.13 answered', () => {
    const stats = parsePstats(recorded('pyprofile.stats'))
    expect(stats).toMatchObject({ calls: 6, seconds: 0, cut: false })
    expect(stats?.functions.map(({ name, calls }) => [name, calls])).toEqual([
      ['profileStop', 2],
      ['<lambda>', 1],
      ['<lambda>', 1],
      ["{method 'disable' of '_lsprof.Profiler' objects}", 2],
    ])
    expect(stats?.functions[2]).toMatchObject({ file: '<string>', line: 1, label: '<string>:1(<lambda>)' })
    expect(stats?.functions[3]).toMatchObject({ file: null, line: null })
    expect(stats?.callers).toEqual([
      {
        caller: '<string>:303(profileStop)',
        callee: "{method 'disable' of '_lsprof.Profiler' objects}",
        calls: 2,
        totalS: 0,
      },
    ])
  })

  it('tells recursion apart, and reads several callers', () => {
    const stats = parsePstats(`         31/9 is no summary
         40 function calls (10 primitive calls) in 1.250 seconds

   Ordered by: internal time

   ncalls  tottime  percall  cumtime  percall filename:lineno(function)
     31/1    1.000    0.032    1.200    1.200 <string>:3(fib)
        2    0.250    0.125    0.250    0.125 a b.py:7(helper (odd))


   Ordered by: internal time

Function                was called by...
                            ncalls  tottime  cumtime
<string>:3(fib)         <-    30/1    0.900    1.100  <string>:3(fib)
                               1    0.100    1.200  <string>:9(run)
a b.py:7(helper (odd))  <-       2    0.250    0.250  <string>:9(run)


   Ordered by: internal time

Function                called...
                            ncalls  tottime  cumtime
<string>:3(fib)         ->    30/1    0.900    1.100  <string>:3(fib)
`)
    expect(stats?.functions).toMatchObject([
      { name: 'fib', calls: 31, primitiveCalls: 1, ownS: 1, totalS: 1.2 },
      { name: 'helper (odd)', file: 'a b.py', line: 7 },
    ])
    expect(stats?.callers?.map(({ caller, callee, calls }) => [caller, callee, calls])).toEqual([
      ['<string>:3(fib)', '<string>:3(fib)', 30],
      ['<string>:9(run)', '<string>:3(fib)', 1],
      ['<string>:9(run)', 'a b.py:7(helper (odd))', 2],
    ])
  })

  it('knows no callers where the text has none, and is undefined for other texts', () => {
    expect(parsePstats('   3 function calls in 0.100 seconds\n')?.callers).toBeNull()
    expect(parsePstats('session does not exists')).toBeUndefined()
  })
})

it('isEmptyProfile knows the recorded error of a session without data', () => {
  expect(isEmptyProfile(recorded('pyprofile.stats.empty'))).toBe(true)
  expect(isEmptyProfile('session does not exists')).toBe(false)
})
