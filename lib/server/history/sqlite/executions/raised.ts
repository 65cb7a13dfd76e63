import { cutEnd } from '@gearboard/gears/vocabulary/text'
import { errorSignature, errorTitle, readError } from '@gearboard/gears/vocabulary/traceback'
import { boundError } from '@/lib/model/executions/error-bounds'
import { keepNewest } from '@/lib/server/keep-newest'
import { fields, incoming } from '../sql-text'

/** An error text as `error_group` needs it. */
export interface Raised {
  readonly signature: string
  readonly title: string
  readonly type: string | null
  readonly text: string
}

const REMEMBERED = 500
const known = new Map<string, Raised>()

/** Reads an error text. A failing function sends the same one thousands of times: the latest are kept read. */
export function readRaised(text: string): Raised {
  const before = known.get(text)
  if (before) return before
  const report = readError(text)
  const raised: Raised = {
    signature: (report.frames.length > 0 ? errorSignature(report) : withoutValues(errorSignature(report))).slice(
      0,
      500,
    ),
    title: cutEnd(errorTitle(report), 500),
    type: report.type === null ? null : cutEnd(report.type, 200),
    text: boundError(text),
  }
  known.set(text, raised)
  keepNewest(known, REMEMBERED)
  return raised
}

/** Without a traceback the message is all there is, and its numbers and quoted values differ from run to run. */
const withoutValues = (title: string): string =>
  title.replace(/'[^']*'|"[^"]*"/g, "'…'").replace(/\b0x[0-9a-f]+\b|\d+/gi, '#')

/** One entry for each signature among the texts. */
export function raisedOf(texts: readonly string[]): Raised[] {
  const bySignature = new Map<string, Raised>()
  for (const text of texts) {
    const raised = readRaised(text)
    if (!bySignature.has(raised.signature)) bySignature.set(raised.signature, raised)
  }
  return [...bySignature.values()]
}

const EACH_RAISED = `CROSS JOIN json_each(r.value, '$.raised') x`

/** Makes known the groups of the errors in the field `raised` of the rows of a kind. */
export const groupsOf = (kind: string): string =>
  `INSERT OR IGNORE INTO error_group
     (connection, subject_kind, subject, subject_name, signature, title, type, example, first_seen, last_seen)
   SELECT c.id, ${fields(['subject_kind', 'subject', 'subject_name'])},
     x.value->>'signature', x.value->>'title', x.value->>'type', x.value->>'text', r.value->>'raised_at', r.value->>'raised_at'
   FROM ${incoming(kind, EACH_RAISED)}`

/** The same rows, each with its group `g`. */
export const incomingWithGroups = (kind: string, joins = ''): string =>
  incoming(
    kind,
    `${EACH_RAISED} CROSS JOIN error_group g ON g.connection = c.id AND g.subject_kind = r.value->>'subject_kind'
       AND g.subject = r.value->>'subject' AND g.signature = x.value->>'signature' ${joins}`,
  )

/**
 * Takes the executions of a kind's rows out of the groups that they were counted in while their origin was unknown.
 * @param joins names the execution `e`
 */
export const leaveFormerGroups = (kind: string, joins: string): string => {
  const left = `SELECT o.error_group AS error_group, o.execution AS execution
    FROM ${incoming(
      kind,
      `${EACH_RAISED} ${joins} CROSS JOIN error_group g ON g.connection = c.id AND g.subject_kind IN ('unknown', 'plan')
         AND g.signature = x.value->>'signature' AND g.subject_kind <> r.value->>'subject_kind'
       CROSS JOIN error_occurrence o ON o.error_group = g.id AND o.execution = e.id`,
    )}`
  return `
    UPDATE error_group SET executions = executions - former.count
      FROM (SELECT error_group, count(*) AS count FROM (${left}) GROUP BY error_group) former
      WHERE former.error_group = error_group.id;
    DELETE FROM error_occurrence WHERE (error_group, execution) IN (${left});
    DELETE FROM error_group WHERE executions = 0 AND reported = 0 AND subject_kind IN ('unknown', 'plan')`
}
