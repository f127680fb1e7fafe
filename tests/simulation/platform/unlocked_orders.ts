import type { CompiledQuery, DatabaseConnection, Dialect, Driver } from "kysely";
import type { VirtualTime } from "./virtual_time.ts";

const ORDER_LOCK = /^select \* from "checkout_order" .* for update$/;
/** Between what a transaction reads and what it writes, others may write. */
const WRITES_AFTER_MS = 150;

/**
 * A database whose orders are not locked by who works on them: the transaction that reads one begins
 * only with its first write, as where `for update` was forgotten.
 */
export function withUnlockedOrders(dialect: Dialect, time: VirtualTime): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createDriver: () => new UnlockedDriver(dialect.createDriver(), time),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  };
}

type Transacting = "no" | "wanted" | "reading" | "yes";

class UnlockedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  readonly #begin: () => Promise<void>;
  readonly #time: VirtualTime;
  state: Transacting = "no";

  constructor(inner: DatabaseConnection, begin: () => Promise<void>, time: VirtualTime) {
    this.inner = inner;
    this.#begin = begin;
    this.#time = time;
  }

  async executeQuery<R>(query: CompiledQuery) {
    if (this.state === "wanted" && ORDER_LOCK.test(query.sql)) this.state = "reading";
    const isRead = query.sql.startsWith("select");
    if (this.state === "reading" && isRead) {
      return await this.inner.executeQuery<R>({ ...query, sql: unlocked(query.sql) });
    }
    if (this.state === "reading") await this.#time.sleep(WRITES_AFTER_MS);
    if (this.state !== "no" && this.state !== "yes") await this.#begin();
    return await this.inner.executeQuery<R>(query);
  }

  streamQuery<R>(...args: Parameters<DatabaseConnection["streamQuery"]>) {
    return this.inner.streamQuery<R>(...args);
  }
}

function unlocked(sql: string): string {
  return sql.replace(/ for update$/, "");
}

class UnlockedDriver implements Driver {
  readonly #inner: Driver;
  readonly #time: VirtualTime;

  constructor(inner: Driver, time: VirtualTime) {
    this.#inner = inner;
    this.#time = time;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await this.#inner.acquireConnection();
    const connection: UnlockedConnection = new UnlockedConnection(inner, async () => {
      await this.#inner.beginTransaction(inner, {});
      connection.state = "yes";
    }, this.#time);
    return connection;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    await this.#inner.releaseConnection(ownOf(connection).inner);
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    ownOf(connection).state = "wanted";
    return Promise.resolve();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const own = ownOf(connection);
    const hasBegun = own.state === "yes";
    own.state = "no";
    if (hasBegun) await this.#inner.commitTransaction(own.inner);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const own = ownOf(connection);
    const hasBegun = own.state === "yes";
    own.state = "no";
    if (hasBegun) await this.#inner.rollbackTransaction(own.inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

function ownOf(connection: DatabaseConnection): UnlockedConnection {
  if (connection instanceof UnlockedConnection) return connection;
  throw new Error("Cannot use the connection: it is not of this driver");
}
