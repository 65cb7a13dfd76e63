/** RDB's value types (rdb.h of Redis 7.0): the plain ones that the engine writes, and those in DUMPs of Redis 2.6 to 7.0. */
export const RDB_VERSION = 10

export const RDB = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  listZiplist: 10,
  intset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  quicklist: 14,
  stream: 15,
  hashListpack: 16,
  zsetListpack: 17,
  quicklist2: 18,
  stream2: 19,
} as const
