import { DatabaseSync } from "node:sqlite";
import { JOURNAL_VERSIONS } from "./journal_tables.ts";

const LOCK_WAIT_MS_MAX = 5_000;

/** Opens the journal's file and brings its tables up to date; every write is on disk at once. */
export function openJournalDatabase(path: string): DatabaseSync {
  const database = openFile(path);
  try {
    migrate(database, path);
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function openFile(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS_MAX}`);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    return database;
  } catch (thrown) {
    const message = `Cannot open the journal "${path}": expected a writable SQLite file`;
    throw new Error(message, { cause: thrown });
  }
}

function migrate(database: DatabaseSync, path: string): void {
  inTransaction(database, () => {
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
    if (version > JOURNAL_VERSIONS.length) {
      throw new Error(
        `Cannot open the journal "${path}": it is of a newer release (version ${version}), ` +
          `expected at most ${JOURNAL_VERSIONS.length}`,
      );
    }
    for (const statements of JOURNAL_VERSIONS.slice(version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${JOURNAL_VERSIONS.length}`);
  });
}

/** All of it or nothing; takes the write lock at once, for another process may write too. */
export function inTransaction<Value>(database: DatabaseSync, work: () => Value): Value {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = work();
    database.exec("COMMIT");
    return value;
  } catch (thrown) {
    // After a full disk SQLite has rolled back by itself.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw thrown;
  }
}
