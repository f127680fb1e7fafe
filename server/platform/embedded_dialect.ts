import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PGliteDialect,
  type PGliteDialectConfig,
} from "kysely";

/** How long a query may wait for the embedded database's only connection. */
const CONNECTION_WAIT_MS_MAX = 30_000;

/**
 * Kysely's PGlite driver hands the one connection to everybody at once, so that a query beside an
 * open transaction runs inside it and two transactions begun together never end (kysely 0.29.9).
 * Here the connection is lent to one borrower at a time, as a pool of one would.
 */
export function embeddedDialect(config: PGliteDialectConfig): Dialect {
  const inner = new PGliteDialect(config);
  return {
    createAdapter: () => inner.createAdapter(),
    createDriver: () => new OneAtATimeDriver(inner.createDriver()),
    createIntrospector: (db) => inner.createIntrospector(db),
    createQueryCompiler: () => inner.createQueryCompiler(),
  };
}

class OneAtATimeDriver implements Driver {
  readonly #inner: Driver;
  #waiting: Promise<void> = Promise.resolve();
  #release = () => {};

  constructor(inner: Driver) {
    this.#inner = inner;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#waiting;
    let release = () => {};
    this.#waiting = new Promise((resume) => release = resume);
    try {
      await withinWait(before);
    } catch (thrown) {
      // Later borrowers still wait for the one before us.
      before.then(release);
      throw thrown;
    }
    this.#release = release;
    return await this.#inner.acquireConnection();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await this.#inner.releaseConnection(connection);
    this.#release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#inner.beginTransaction(connection, {});
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.commitTransaction(connection);
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.rollbackTransaction(connection);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

async function withinWait(before: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("Cannot get the database connection: it is not given back")),
      CONNECTION_WAIT_MS_MAX,
    );
  });
  try {
    await Promise.race([before, late]);
  } finally {
    clearTimeout(timer);
  }
}
