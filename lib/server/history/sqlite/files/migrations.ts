import type SyncDatabase from 'libsql'
import { HistoryError } from '@/lib/server/history/history-error'

/**
 * The history of the schema. Forward only: a released migration is never edited, a change is one more entry. `PRAGMA user_version` counts
 * the migrations that a database has had.
 */
export const MIGRATIONS: readonly string[] = [
  // Executions. `observed` is `firstSeen` by the hub that saw it last: it ties later news to the row, also after a restart of Gearboard.
  `CREATE TABLE connection (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
   CREATE TABLE execution (
     id INTEGER PRIMARY KEY,
     connection INTEGER NOT NULL,
     key TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     gears_id TEXT NOT NULL,
     shard TEXT NOT NULL,
     status TEXT NOT NULL,
     outcome TEXT NOT NULL,
     abort_cause TEXT,
     registered INTEGER NOT NULL,
     results INTEGER,
     errors INTEGER,
     first_error TEXT,
     duration_ms REAL,
     first_seen INTEGER NOT NULL,
     observed INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     end_seen INTEGER,
     precision_ms INTEGER,
     answered INTEGER NOT NULL,
     shards INTEGER NOT NULL,
     origin_kind TEXT NOT NULL,
     origin_name TEXT,
     origin_id TEXT,
     run_id TEXT,
     UNIQUE (connection, key, epoch)
   );
   CREATE INDEX execution_by_time ON execution (connection, first_seen);
   CREATE INDEX execution_by_outcome ON execution (connection, outcome, first_seen);
   CREATE INDEX execution_by_origin ON execution (connection, origin_id, first_seen) WHERE origin_id IS NOT NULL;
   CREATE TABLE execution_detail (
     execution INTEGER PRIMARY KEY,
     parts TEXT NOT NULL,
     results TEXT,
     cut_results INTEGER NOT NULL,
     cut_errors INTEGER NOT NULL,
     cut_steps INTEGER NOT NULL
   )`,

  // Series. Each point is added to its bucket of every width at once. Of a level m: m_sum, m_n, m_max; of a count m: the sum.
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY,
     connection INTEGER NOT NULL,
     kind TEXT NOT NULL,
     subject TEXT NOT NULL,
     UNIQUE (connection, kind, subject)
   );
   CREATE TABLE activity_point (
     series INTEGER NOT NULL, width INTEGER NOT NULL, at INTEGER NOT NULL,
     running_sum REAL, running_n INTEGER NOT NULL, running_max REAL,
     waiting_sum REAL, waiting_n INTEGER NOT NULL, waiting_max REAL,
     ok REAL, failed REAL, aborted REAL, unknown REAL, triggered REAL, failures REAL,
     PRIMARY KEY (series, width, at)
   ) WITHOUT ROWID;
   CREATE TABLE memory_point (
     series INTEGER NOT NULL, width INTEGER NOT NULL, at INTEGER NOT NULL,
     total_sum REAL, total_n INTEGER NOT NULL, total_max REAL,
     peak_sum REAL, peak_n INTEGER NOT NULL, peak_max REAL,
     current_sum REAL, current_n INTEGER NOT NULL, current_max REAL,
     PRIMARY KEY (series, width, at)
   ) WITHOUT ROWID;
   CREATE TABLE registration_point (
     series INTEGER NOT NULL, width INTEGER NOT NULL, at INTEGER NOT NULL,
     triggered REAL, success REAL, failures REAL, aborted REAL,
     averageMs_sum REAL, averageMs_n INTEGER NOT NULL, averageMs_max REAL,
     lagMs_sum REAL, lagMs_n INTEGER NOT NULL, lagMs_max REAL,
     PRIMARY KEY (series, width, at)
   ) WITHOUT ROWID`,

  // Registrations and errors. An execution counts once in a group, however often it is reported: the trigger counts what was not there yet.
  `CREATE TABLE registration (
     connection INTEGER NOT NULL,
     key TEXT NOT NULL,
     gears_id TEXT NOT NULL,
     name TEXT NOT NULL,
     reader TEXT NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     triggered INTEGER NOT NULL,
     success INTEGER NOT NULL,
     failures INTEGER NOT NULL,
     aborted INTEGER NOT NULL,
     last_error TEXT,
     PRIMARY KEY (connection, key)
   ) WITHOUT ROWID;
   CREATE TABLE error_group (
     id INTEGER PRIMARY KEY,
     connection INTEGER NOT NULL,
     subject_kind TEXT NOT NULL,
     subject TEXT NOT NULL,
     subject_name TEXT NOT NULL,
     signature TEXT NOT NULL,
     title TEXT NOT NULL,
     type TEXT,
     example TEXT NOT NULL,
     first_seen INTEGER NOT NULL,
     last_seen INTEGER NOT NULL,
     executions INTEGER NOT NULL DEFAULT 0,
     reported INTEGER NOT NULL DEFAULT 0,
     UNIQUE (connection, subject_kind, subject, signature)
   );
   CREATE INDEX error_group_by_time ON error_group (connection, last_seen);
   CREATE TABLE error_occurrence (
     error_group INTEGER NOT NULL,
     execution INTEGER NOT NULL,
     at INTEGER NOT NULL,
     PRIMARY KEY (error_group, execution)
   ) WITHOUT ROWID;
   CREATE TRIGGER error_counted AFTER INSERT ON error_occurrence BEGIN
     UPDATE error_group SET executions = executions + 1, first_seen = min(first_seen, new.at), last_seen = max(last_seen, new.at)
     WHERE id = new.error_group;
   END`,

  // What people did.
  `CREATE TABLE script (hash TEXT PRIMARY KEY, body TEXT NOT NULL, bytes INTEGER NOT NULL);
   CREATE TABLE source (
     id TEXT NOT NULL UNIQUE,
     number INTEGER PRIMARY KEY,
     connection INTEGER NOT NULL,
     at INTEGER NOT NULL,
     author TEXT,
     name TEXT NOT NULL,
     version INTEGER NOT NULL,
     hash TEXT NOT NULL,
     requirements TEXT NOT NULL,
     options TEXT NOT NULL,
     outcome TEXT NOT NULL,
     error TEXT,
     execution_id TEXT,
     registrations TEXT NOT NULL
   );
   CREATE INDEX source_by_name ON source (connection, name, hash, version);
   CREATE INDEX source_by_script ON source (hash);
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     connection TEXT,
     who TEXT NOT NULL,
     ip TEXT,
     action TEXT NOT NULL,
     target TEXT,
     before TEXT,
     after TEXT,
     outcome TEXT NOT NULL,
     error TEXT
   )`,

  // Runs by function: `plan` is the fingerprint of the steps, for those whose origin is unknown.
  `ALTER TABLE execution ADD COLUMN plan TEXT;
   CREATE INDEX execution_by_name ON execution (connection, origin_name, first_seen) WHERE origin_name IS NOT NULL;
   CREATE INDEX execution_by_plan ON execution (connection, plan, first_seen) WHERE origin_kind = 'unknown' AND plan IS NOT NULL`,

  // How an execution left the server; who did what to one thing.
  `ALTER TABLE execution ADD COLUMN gone_cause TEXT;
   ALTER TABLE execution ADD COLUMN gone_by TEXT;
   ALTER TABLE execution ADD COLUMN gone_at INTEGER;
   CREATE INDEX audit_by_target ON audit (target, action) WHERE target IS NOT NULL`,

  // Views of the lists.
  `CREATE TABLE saved_view (
     id INTEGER PRIMARY KEY,
     connection INTEGER NOT NULL,
     page TEXT NOT NULL,
     name TEXT NOT NULL COLLATE NOCASE,
     query TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     created_by TEXT,
     changed_at INTEGER NOT NULL,
     changed_by TEXT,
     UNIQUE (connection, page, name)
   )`,

  // Who is signed in. A digest does not reveal what the browser holds.
  `CREATE TABLE session (
     digest TEXT PRIMARY KEY,
     role TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL
   ) WITHOUT ROWID`,

  // What happened to the history itself; how old its stamps really are (record-clock.ts).
  `CREATE TABLE notice (
     id INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     at INTEGER NOT NULL,
     what TEXT NOT NULL,
     helps TEXT NOT NULL,
     acknowledged_at INTEGER,
     acknowledged_by TEXT
   );
   CREATE TABLE era (
     id INTEGER PRIMARY KEY,
     spent_from INTEGER NOT NULL,
     spent_to INTEGER NOT NULL,
     wall_from INTEGER NOT NULL,
     wall_to INTEGER NOT NULL,
     unproven INTEGER NOT NULL,
     boot TEXT NOT NULL,
     lasting_ms INTEGER NOT NULL
   )`,

  // When a registration was first missing from the lists of all shards; null while it is listed, and where Gearboard did not look.
  `ALTER TABLE registration ADD COLUMN gone_at INTEGER`,

  // What an action brought about, as JSON.
  `ALTER TABLE audit ADD COLUMN links TEXT`,

  // Executions that had ended before Gearboard first looked, when they were found.
  `ALTER TABLE activity_point ADD COLUMN unseenOk REAL;
   ALTER TABLE activity_point ADD COLUMN unseenFailed REAL;
   ALTER TABLE activity_point ADD COLUMN unseenAborted REAL;
   ALTER TABLE activity_point ADD COLUMN unseenUnknown REAL`,

  // Whose session it is; null: of whoever knew the one password. `role` is no longer read: grants decide at each request.
  `ALTER TABLE session ADD COLUMN kind TEXT;
   ALTER TABLE session ADD COLUMN name TEXT;
   ALTER TABLE session ADD COLUMN groups TEXT;
   ALTER TABLE session ADD COLUMN ip TEXT;
   ALTER TABLE session ADD COLUMN seen_at INTEGER`,

  // Connections that people added, their secrets sealed.
  `CREATE TABLE connection_setting (
     name TEXT PRIMARY KEY,
     definition TEXT NOT NULL,
     secrets TEXT NOT NULL,
     sealed_by TEXT NOT NULL,
     changed_at INTEGER NOT NULL,
     changed_by TEXT
   )`,
  // Local users, grants and API tokens, each as JSON.
  `CREATE TABLE people_record (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (kind, id)
   ) WITHOUT ROWID`,

  // The chain of hashes over the audit log (people/audit-chain.ts); entries from before have none.
  `ALTER TABLE audit ADD COLUMN previous_hash TEXT;
   ALTER TABLE audit ADD COLUMN hash TEXT;
   ALTER TABLE audit ADD COLUMN sealed_by TEXT;
   CREATE TABLE audit_chain (
     place TEXT PRIMARY KEY,
     id INTEGER NOT NULL,
     hash TEXT NOT NULL,
     sealed_by TEXT NOT NULL,
     mac TEXT NOT NULL
   )`,

  // Alerts: rules, receivers and mutes as JSON, each by kind and id; incidents that fired; what receivers were sent.
  `CREATE TABLE alert_record (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     value TEXT NOT NULL,
     PRIMARY KEY (kind, id)
   ) WITHOUT ROWID;
   CREATE TABLE incident (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     connection TEXT,
     state TEXT NOT NULL,
     severity TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     value TEXT NOT NULL
   );
   CREATE INDEX incident_by_time ON incident (started_at);
   CREATE INDEX incident_by_connection ON incident (connection, started_at);
   CREATE INDEX incident_open ON incident (state) WHERE state = 'firing';
   CREATE TABLE delivery (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     state TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     value TEXT NOT NULL
   );
   CREATE INDEX delivery_by_time ON delivery (created_at);
   CREATE INDEX delivery_waiting ON delivery (state) WHERE state = 'waiting'`,

  // What a session hangs on, as a digest: one that began with another password is over.
  `ALTER TABLE session ADD COLUMN sealed_by TEXT`,
]

/** Brings the schema up to date, each step in a transaction of its own. @throws HistoryError `newer` */
export function migrate(db: SyncDatabase.Database, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(db)
  if (version > migrations.length) throw newer(version, migrations.length)
  for (const [done, sql] of migrations.entries()) {
    if (done < version) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(sql)
      db.exec(`PRAGMA user_version = ${done + 1}`)
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
}

export function versionOf(db: SyncDatabase.Database): number {
  const row = db.prepare('PRAGMA user_version').get()
  if (typeof row !== 'object' || row === null || !('user_version' in row)) return 0
  return Number(row.user_version)
}

export const newer = (version: number, known: number): HistoryError =>
  new HistoryError(
    'newer',
    `The history was written by a newer Gearboard (schema ${version}, this one knows ${known}). Start that version, or move history.db away.`,
  )
