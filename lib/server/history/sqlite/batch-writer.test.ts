import { describe, expect, it } from 'vitest'
import { BatchWriter } from './batch-writer'
import { type Intake, Lane } from './lane'
import { type Batch, Writing } from './sqlite'

const intake: Intake<number> = {
  kind: 'number',
  limit: { entries: 1000, chars: 1000 },
  chars: () => 1,
  encode: (n) => n,
  sql: 'INSERT INTO n SELECT value FROM temp.batch',
}

class SqliteTrouble extends Error {
  constructor(readonly code: string) {
    super(`trouble: ${code}`)
  }
}

/** Fails when the test says so, otherwise keeps what was written. */
class Unreliable extends Writing {
  readonly written: string[] = []

  constructor(private readonly troubles: string[]) {
    super(':memory:')
  }

  override async write(batch: Batch): Promise<void> {
    const trouble = this.troubles.shift()
    if (trouble !== undefined) throw new SqliteTrouble(trouble)
    this.written.push(...batch.values())
  }
}

function batchWriter(...troubles: string[]) {
  const lane = new Lane(intake)
  const writing = new Unreliable(troubles)
  const events: string[] = []
  const made = new BatchWriter(
    writing,
    { acts: [], observations: [lane] },
    {
      damaged: () => events.push('damaged'),
      failing: (error) => events.push(error === null ? 'well again' : 'troubled'),
      notice: (words) => events.push(words),
    },
  )
  return { lane, writing, events, batchWriter: made }
}

describe('the batch writer', () => {
  it('tries again what failed for the sake of the machine, in order and with nothing lost', async () => {
    for (const trouble of ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE']) {
      const { lane, writing, batchWriter: made } = batchWriter(trouble)
      lane.enqueue(1, 0)
      await made.flush()
      expect(made.error).toMatchObject({ code: trouble })
      expect(made.length).toBe(1)
      lane.enqueue(2, 0)
      await made.flush()
      expect(writing.written).toEqual(['[1,2]'])
      expect([made.error, made.length, made.dropped, made.entries]).toEqual([null, 0, 0, 2])
    }
  })

  it('gives up a batch that would fail for ever, and says so', async () => {
    const { lane, writing, events, batchWriter: made } = batchWriter('SQLITE_CONSTRAINT_NOTNULL')
    lane.enqueue(1, 0)
    lane.enqueue(2, 0)
    await made.flush()
    lane.enqueue(3, 0)
    await made.flush()
    expect(writing.written).toEqual(['[3]'])
    expect(made.dropped).toBe(2)
    expect(events).toEqual([
      '2 entries could not be written to the history and are lost: trouble: SQLITE_CONSTRAINT_NOTNULL',
    ])
  })

  it('reports damage and continues with another database', async () => {
    const { lane, writing, events, batchWriter: made } = batchWriter('SQLITE_CORRUPT')
    lane.enqueue(1, 0)
    await made.flush()
    expect(events).toEqual(['damaged'])
    made.resume()
    expect(made.error).toBeNull()
    await made.flush()
    expect(writing.written).toEqual(['[1]'])
  })

  it('writes in batches of a bounded size', async () => {
    const { lane, writing, batchWriter: made } = batchWriter()
    for (let i = 0; i < 700; i++) lane.enqueue(i, 0)
    await made.flush()
    expect(writing.written.map((rows) => rows.split(',').length)).toEqual([300, 300, 100])
  })
})
