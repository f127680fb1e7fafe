/** Words of openGauss's grammar (`kwlist.h`) that are names in PostgreSQL's. */
const RESERVED_NAME = new RegExp(
  "(^|[(,]|create table|add column)\\s*(authid|buckets|compact|csn|deltamerge|excluded|groupparent|" +
    "hdfsdirectory|imcstored|less|minus|modify|nocycle|performance|procedure|recyclebin|reject|" +
    "rownum|self|share_memory|shrink|sysdate|timecapsule|unimcstored|verify)" +
    "\\s+(\\(|bigint|boolean|bytea|date|integer|smallint|text|timestamptz|uuid)",
  "m",
);

/**
 * What domestic databases of PostgreSQL's family refuse or read otherwise (docs/databases.md,
 * "The subset"). openGauss is the narrowest: no ON CONFLICT, no IDENTITY, no LISTEN, few jsonb
 * functions. Advisory locks, SKIP LOCKED, DISTINCT ON, FILTER, LATERAL and partial indexes are there.
 */
const UNPORTABLE: readonly (readonly [RegExp, string])[] = [
  [/\bon conflict\b/, "ON CONFLICT: use server/platform/upsert.ts"],
  [/\bjsonb\b|\bjsonb?_\w+\s*\(|\bto_jsonb?\s*\(/, "JSON in SQL: build it in code, store text"],
  [/\bgen_random_uuid\b|\buuid_generate_v\d\b/, "ids made by the database: the caller makes them"],
  [/\bas identity\b|\b(small|big)?serial\b|\bnextval\b/, "counters: ids are made by the caller"],
  [/(^|;)\s*(listen|notify|unlisten)\b/m, "LISTEN/NOTIFY: poll the outbox"],
  [/\bvarchar\b|\bcharacter varying\b|\bchar\s*\(/, "varchar(n) counts bytes elsewhere: use text"],
  [/\badd column if not exists\b/, "ADD COLUMN IF NOT EXISTS: migrations run once"],
  [/\bcreate domain\b/, "CREATE DOMAIN: use a CHECK"],
  [/\bcreate extension\b/, "extensions are not there everywhere"],
  [/\bisolation level serializable\b/, "SERIALIZABLE is weaker elsewhere: lock rows"],
  [/\block_timeout\b/, "lock_timeout: it is lockwait_timeout elsewhere, say NOWAIT"],
  [/\bfor (no key update|key share)\b/, "weak row locks: FOR UPDATE or FOR SHARE"],
  [/\bmerge into\b/, "MERGE: its words and its RETURNING differ"],
  [/\bgenerated always as \(/, "generated columns: not in distributed GaussDB"],
  [/\bcreate (or replace )?(function|procedure|trigger)\b|(^|;)\s*do \$/m, "code in the database"],
  [/\bpartition of\b/, "partitions: server/platform/partitions.ts makes them"],
  [
    /\)\s*partition by (?!range \(\w+\)\s*(;|$))/,
    "partitions: by a range of one column, at the end",
  ],
  [/\binclude \(|\busing (gin|gist|brin|hash|spgist)\b/, "indexes: plain b-trees only"],
  [/\bnulls (not )?distinct\b|\bwithout overlaps\b/, "constraints newer than PostgreSQL 13"],
  [/\blo_(create|import|put|get)\b|\bmultirange\b/, "large objects, multiranges: not everywhere"],
  [/\b(sha(224|256|384|512)|digest|crypt|hmac)\s*\(/, "digests are made in code"],
  [RESERVED_NAME, "a name that openGauss reserves"],
  [/\bmoney\b|\bdouble precision\b|\breal\b|\bfloat\d*\b/, "money is bigint fen, never a float"],
];

/** What stands outside the portable subset in a file of SQL. */
export function unportableSql(text: string): string[] {
  const statements = text.replace(/--.*$/gm, "").toLowerCase();
  return UNPORTABLE.filter(([pattern]) => pattern.test(statements)).map(([, why]) => why);
}

const TEMPLATE = /\bsql(?:<[^`]*?>)?`([^`]*)`/g;

/** The same for code: its SQL templates, and the query builder's words for the same things. */
export function unportableQueries(text: string): string[] {
  const templates = [...text.matchAll(TEMPLATE)].map(([, statement = ""]) => statement);
  const found = unportableSql(templates.join("\n;\n"));
  if (/\.onConflict\(/.test(text)) found.push("onConflict(): use server/platform/upsert.ts");
  if (/\.mergeInto\(/.test(text)) found.push("mergeInto()");
  if (/\.for(NoKeyUpdate|KeyShare)\(/.test(text)) found.push("weak row locks: FOR UPDATE");
  if (/\bsetIsolationLevel\(\s*"serializable"/.test(text)) found.push("SERIALIZABLE: lock rows");
  if (/\bjson(Object|Array)From\b|\bjsonBuildObject\b/.test(text)) found.push("JSON built in SQL");
  return found;
}
