/**
 * What domestic databases of PostgreSQL's family refuse or read otherwise (docs/architecture.md,
 * "Data"). openGauss is the narrowest: no ON CONFLICT, no IDENTITY, no LISTEN, few jsonb functions.
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
  if (/\bjson(Object|Array)From\b|\bjsonBuildObject\b/.test(text)) found.push("JSON built in SQL");
  return found;
}
