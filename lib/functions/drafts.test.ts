import { describe, expect, it } from 'vitest'
import {
  closeDraft,
  type Drafts,
  draftName,
  draftSent,
  editDraft,
  firstDrafts,
  MOST_DRAFT_CHARACTERS,
  MOST_DRAFTS,
  openDraft,
} from './drafts'
import { plainSubmission } from './submission'

const blank = plainSubmission('# start\n')

const source = (name: string, script = `# ${name}\n`) => ({
  ...blank,
  script,
  from: { source: `id of ${name}`, name: `${name} v1` },
  edited: false,
})

/** @throws where there is no room */
const opened = (now: Drafts, ...names: readonly string[]): Drafts =>
  names.reduce((drafts, name) => {
    const next = openDraft(drafts, source(name))
    if (!next) throw new Error(`no room for ${name}`)
    return next
  }, now)

const activeOf = ({ drafts, active }: Drafts) => drafts.find(({ key }) => key === active)
const names = ({ drafts }: Drafts) => drafts.map(draftName)

describe('opening a source', () => {
  it('takes the place of the untouched start, and of nothing else', () => {
    const start = firstDrafts(blank, false)
    expect(names(opened(start, 'orders'))).toEqual(['orders v1'])
    expect(names(opened(firstDrafts({ ...blank, script: 'mine' }, true), 'orders'))).toEqual(['Draft 1', 'orders v1'])
    expect(names(opened(start, 'orders', 'stock', 'cart'))).toEqual(['orders v1', 'stock v1', 'cart v1'])
  })
  it('shows the tab that has it already, with what was typed there', () => {
    const two = opened(firstDrafts(blank, false), 'orders', 'stock')
    const typed = editDraft(two, '2', { script: 'orders, edited' })
    const again = opened(typed, 'orders')
    expect(again.drafts).toHaveLength(2)
    expect(activeOf(again)).toMatchObject({ script: 'orders, edited', edited: true })
  })
  it('closes the oldest untouched tab where there are too many, and never an edited one', () => {
    const many = Array.from({ length: MOST_DRAFTS }, (_, n) => `f${n}`)
    const full = opened(firstDrafts(blank, false), ...many)
    const kept = editDraft(full, full.drafts[0]?.key ?? '', { script: 'typed' })
    const more = opened(kept, 'another')
    expect(more.drafts).toHaveLength(MOST_DRAFTS)
    expect(names(more)).toContain('f0 v1')
    expect(names(more)).not.toContain('f1 v1')
    expect(activeOf(more)?.from?.source).toBe('id of another')
  })
  it('opens nothing where every tab has unsaved text, by number and by size', () => {
    const many = Array.from({ length: MOST_DRAFTS }, (_, n) => `f${n}`)
    const full = opened(firstDrafts(blank, false), ...many)
    const typed = full.drafts.reduce((now, { key }) => editDraft(now, key, { description: 'mine' }), full)
    expect(openDraft(typed, source('another'))).toBeUndefined()
    const long = firstDrafts({ ...blank, script: 'x'.repeat(MOST_DRAFT_CHARACTERS) }, true)
    expect(openDraft(long, source('another'))).toBeUndefined()
    expect(openDraft(firstDrafts(blank, true), source('huge', 'x'.repeat(MOST_DRAFT_CHARACTERS)))).toBeUndefined()
  })
  it('brings back an edited draft beside the tab of its source', () => {
    const now = opened(firstDrafts(blank, false), 'orders')
    const back = openDraft(now, { ...source('orders'), script: 'edited', edited: true })
    expect(back?.drafts).toMatchObject([{ edited: false }, { script: 'edited', edited: true }])
  })
  it('never reuses a key: a reply that comes late belongs to a tab that is closed', () => {
    const two = opened(firstDrafts(blank, true), 'orders')
    const closed = closeDraft(two, two.active, blank)
    expect(opened(closed, 'stock').active).not.toBe(two.active)
  })
})

describe('closing a tab', () => {
  it('shows its neighbour, or stays where another tab is shown', () => {
    const three = opened(firstDrafts(blank, false), 'a', 'b', 'c')
    expect(activeOf(closeDraft(three, three.active, blank))?.from?.name).toBe('b v1')
    expect(activeOf(closeDraft(three, '2', blank))?.from?.name).toBe('c v1')
    expect(activeOf(closeDraft({ ...three, active: '2' }, '2', blank))?.from?.name).toBe('b v1')
  })
  it('leaves a new draft behind the last one', () => {
    const closed = closeDraft(firstDrafts({ ...blank, script: 'typed' }, true), '1', blank)
    expect(closed.drafts).toMatchObject([{ key: '2', script: blank.script, edited: false }])
    expect(closeDraft(closed, '1', blank)).toEqual(closed)
  })
})

describe('a draft that was sent', () => {
  const now = editDraft(firstDrafts({ ...blank, id: 'orders', mode: 'new' }, false), '1', { script: 'sent' })
  const [sent] = now.drafts
  it('upgrades what it registered, and has nothing to lose', () => {
    if (!sent) throw new Error('no draft')
    const after = draftSent(now, sent, true, { source: 's1', name: 'orders' })
    expect(after.drafts).toMatchObject([{ mode: 'upgrade', edited: false, from: { source: 's1' } }])
    expect(
      openDraft(after, { ...blank, from: { source: 's1', name: 'orders v1' }, edited: false })?.drafts,
    ).toHaveLength(1)
  })
  it('keeps what was typed since, and what no record has', () => {
    if (!sent) throw new Error('no draft')
    const typed = editDraft(now, '1', { script: 'more' })
    expect(draftSent(typed, sent, true, { source: 's1', name: 'orders' }).drafts).toMatchObject([
      { script: 'more', edited: true },
    ])
    expect(draftSent(now, sent, false, { source: 's1', name: 'orders' }).drafts).toMatchObject([{ mode: 'new' }])
    expect(draftSent(now, sent, true, null).drafts).toMatchObject([{ edited: true, from: null }])
  })
})

it('names a tab by its source, else its session, description or number', () => {
  const [draft] = firstDrafts(blank, false).drafts
  if (!draft) throw new Error('no draft')
  const from = { source: 's', name: 'orders v2' }
  expect(draftName(draft)).toBe('Draft 1')
  expect(draftName({ ...draft, description: ' Sums up ' })).toBe('Sums up')
  expect(draftName({ ...draft, id: 'orders', mode: 'new' })).toBe('orders')
  expect(draftName({ ...draft, id: 'orders', mode: 'run' })).toBe('Draft 1')
  expect(draftName({ ...draft, from, id: 'orders', mode: 'upgrade' })).toBe('orders v2')
  expect(draftName({ ...draft, from, id: 'orders-2', mode: 'new' })).toBe('orders-2')
})
