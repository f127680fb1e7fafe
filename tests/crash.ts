import type { DatabaseConnection, Dialect, Driver } from "kysely";

/** What every database call of a dead process ends in. */
export class Crashed extends Error {
  override readonly name = "Crashed";
}

/**
 * Kills a process at the database: after a set number of commits nothing reaches it any more, until
 * `restart`. What was committed stays, what was not is gone, as when the power fails.
 */
export class Crash {
  #commitsLeft = Infinity;
  #losesLast = false;
  #dead = false;
  readonly #died: () => void;
  commits = 0;

  /** `died` hears of it at the moment of death. */
  constructor(died: () => void = () => {}) {
    this.#died = died;
  }

  afterCommits(count: number): void {
    this.#commitsLeft = count;
    this.#losesLast = false;
  }

  /** As `afterCommits`, but the last of them is not committed any more. */
  beforeCommit(count: number): void {
    this.#commitsLeft = count;
    this.#losesLast = true;
  }

  /** The database is out of reach till `restart`; the process itself lives on. */
  lose(): void {
    this.#dead = true;
  }

  die(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#died();
  }

  restart(): void {
    this.#dead = false;
    this.#commitsLeft = Infinity;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  check(): void {
    if (this.#dead) throw new Crashed("the process is dead");
  }

  committing(): void {
    if (this.#losesLast && this.#commitsLeft === 1) this.die();
  }

  committed(): void {
    this.commits += 1;
    this.#commitsLeft -= 1;
    if (this.#commitsLeft > 0) return;
    this.die();
    throw new Crashed("the process died after a commit");
  }

  wrap(dialect: Dialect): Dialect {
    return {
      createAdapter: () => dialect.createAdapter(),
      createDriver: () => new MortalDriver(dialect.createDriver(), this),
      createIntrospector: (db) => dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
    };
  }
}

class MortalConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  readonly #crash: Crash;
  /** The transaction is over, whatever is thrown behind it. */
  ended = false;

  constructor(inner: DatabaseConnection, crash: Crash) {
    this.inner = inner;
    this.#crash = crash;
  }

  async executeQuery<R>(...args: Parameters<DatabaseConnection["executeQuery"]>) {
    this.#crash.check();
    return await this.inner.executeQuery<R>(...args);
  }

  streamQuery<R>(...args: Parameters<DatabaseConnection["streamQuery"]>) {
    this.#crash.check();
    return this.inner.streamQuery<R>(...args);
  }
}

class MortalDriver implements Driver {
  readonly #inner: Driver;
  readonly #crash: Crash;

  constructor(inner: Driver, crash: Crash) {
    this.#inner = inner;
    this.#crash = crash;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  /** Also for a dead process: throwing here would keep Kysely's lock on the only connection. */
  async acquireConnection(): Promise<DatabaseConnection> {
    return new MortalConnection(await this.#inner.acquireConnection(), this.#crash);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await this.#inner.releaseConnection(innerOf(connection).inner);
  }

  async beginTransaction(
    connection: DatabaseConnection,
    settings: Parameters<Driver["beginTransaction"]>[1],
  ): Promise<void> {
    this.#crash.check();
    await this.#inner.beginTransaction(innerOf(connection).inner, settings);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const mortal = innerOf(connection);
    mortal.ended = true;
    this.#crash.committing();
    if (this.#crash.isDead) {
      await this.#inner.rollbackTransaction(mortal.inner);
      throw new Crashed("the process is dead");
    }
    await this.#inner.commitTransaction(mortal.inner);
    this.#crash.committed();
  }

  /** Kysely rolls back after any error, also after one that came behind the commit. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const mortal = innerOf(connection);
    if (!mortal.ended) await this.#inner.rollbackTransaction(mortal.inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

function innerOf(connection: DatabaseConnection): MortalConnection {
  if (connection instanceof MortalConnection) return connection;
  throw new Error("Cannot use the connection: it is not of the mortal driver");
}
