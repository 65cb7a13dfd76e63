import { CommandError } from '../../command-error'
import type { Dict } from '../../keys/dict'

/** The maximum count with repeats. Redis would build a reply of any size, and run out of memory. */
const MOST_REPEATS = 10_000_000

/** Implements SRANDMEMBER's rule: a positive count picks distinct members, a negative one may repeat members. */
export function pick<V>(dict: Dict<V>, count: number): (readonly [string, V])[] {
  if (count < -MOST_REPEATS) throw new CommandError('ERR value is out of range')
  if (count < 0) {
    const picked: (readonly [string, V])[] = []
    for (let i = 0; i < -count && dict.size > 0; i++) {
      const one = dict.random()
      if (one) picked.push(one)
    }
    return picked
  }
  if (count >= dict.size) return [...dict]
  const positions = new Set<number>()
  while (positions.size < count) positions.add(Math.floor(Math.random() * dict.size))
  return [...positions].flatMap((position) => {
    const one = dict.at(position)
    return one ? [one] : []
  })
}
