/**
 * The journal's tables, one entry a version (`PRAGMA user_version`). Frozen: a terminal in the field
 * may hold any of them. Version 1 is what journals had before they told their version.
 */
export const JOURNAL_VERSIONS: readonly string[] = [
  `
CREATE TABLE IF NOT EXISTS order_in_flight (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  progress TEXT NOT NULL
    CHECK (progress IN ('sending', 'following', 'attention', 'final', 'refused')),
  number TEXT,
  reason TEXT,
  kept_at_ms INTEGER NOT NULL,
  moved_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS order_in_flight_by_progress ON order_in_flight (progress);
CREATE TABLE IF NOT EXISTS last_settings (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS unsent_call (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  kept_at_ms INTEGER NOT NULL
) STRICT;
`,
  `
CREATE TABLE printed_slip (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id TEXT NOT NULL,
  slip TEXT NOT NULL,
  result TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX printed_slip_by_order ON printed_slip (order_id, id);
CREATE TABLE card_movement (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('taken', 'given_back', 'retained')),
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE terminal_event (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  fields TEXT NOT NULL
) STRICT;
CREATE TABLE enrolment (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE line_generation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL
) STRICT;
`,
  `
CREATE TABLE pad_keys (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL
) STRICT;
`,
];
