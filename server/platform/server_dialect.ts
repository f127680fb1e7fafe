import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type { Socket } from "node:net";
import postgres from "postgres";
import { type DatabaseAddress, readAddress } from "./database_login/address.ts";
import { LoginError } from "./database_login/login_error.ts";
import { PasswordGate } from "./database_login/password_gate.ts";
import { signedInSocket } from "./database_login/signed_in_socket.ts";
import { type DatabaseProduct, markAdapter, PROFILES } from "./database_product/product.ts";
import { hurried, isHurried, type ResultAhead } from "./hurried_query.ts";

/** A connection that is lost may not be written to again: the transaction on it is gone. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  readonly code = "CONNECTION_CLOSED";
}

/** Every connection is lent and none came back in time. */
export class PoolExhausted extends Error {
  override readonly name = "PoolExhausted";
  /** PostgreSQL's too_many_connections. */
  readonly code = "53300";
}

export interface ServerDialectOptions {
  readonly url: string;
  /** As it is configured: the login and the dialect follow it. */
  readonly product?: DatabaseProduct;
  /** MD5 proofs can be replayed by whoever reads the server's catalogue. */
  readonly allowMd5?: boolean;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  /** Until a new connection has answered anything. */
  readonly connectMsMax?: number;
}

const CONNECT_MS_MAX = 5_000;
/** On top of the server's own limit for a statement. */
const ANSWER_SLACK_MS = 5_000;
const LEND_WAIT_MS_MAX = 10_000;
const END_SECONDS_MAX = 5;
const HURRIED_MAX = 20;

/** PostgreSQL's type id of bytea. */
const BYTEA = 17;
/** The driver's own reads hex several times slower, into buffers of Node's. */
const BYTES = {
  to: BYTEA,
  from: [BYTEA],
  serialize: (bytes: Uint8Array<ArrayBuffer>) => `\\x${bytes.toHex()}`,
  parse: (text: string) => Uint8Array.fromHex(text.slice("\\x".length)),
};

/**
 * Kysely on postgres.js with a pool of our own, one client for each connection. Signing in is our
 * own, too (`database_login/`): the driver knows neither openGauss's way nor when to stop trying.
 *
 * A connection that postgres.js lends (`reserve`, `begin`) outlives its socket: after a loss the
 * next statement of a transaction either throws outside any promise and ends the process, or runs
 * on the reconnected socket with no transaction around it (postgres 3.4.9). Here a lost connection
 * refuses everything, takes back what its client had not sent yet, and is thrown away with it.
 */
export function serverDialect(options: ServerDialectOptions): Dialect {
  const product = options.product ?? "postgresql";
  const { locksAccounts } = PROFILES[product];
  const gate = new PasswordGate({ locksAccounts, now: () => performance.now() });
  const login = { address: readAddress(options.url), gate };
  return {
    createAdapter: () => markAdapter(new PostgresAdapter(), product),
    createDriver: () => new PoolDriver({ ...options, ...login, product }),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

interface PoolOptions extends ServerDialectOptions {
  readonly product: DatabaseProduct;
  readonly address: DatabaseAddress;
  readonly gate: PasswordGate;
}

class ServerConnection implements DatabaseConnection {
  readonly #sql: postgres.Sql<{ bigint: bigint; bytes: Uint8Array<ArrayBuffer> }>;
  readonly #connectMsMax: number;
  readonly #answerMsMax: number;
  /** Sent, and not waited for yet. */
  readonly #hurried: Promise<unknown>[] = [];
  /** Handed to postgres.js and not answered. */
  readonly #open = new Set<OpenQuery>();
  /** Stops a sign-in under way. */
  readonly #unwanted = new AbortController();
  #answered = false;
  #lastCommand: string | undefined;
  #lost = false;

  constructor(options: PoolOptions) {
    this.#connectMsMax = options.connectMsMax ?? CONNECT_MS_MAX;
    this.#answerMsMax = options.statementTimeoutMs + ANSWER_SLACK_MS;
    this.#sql = postgres(this.#clientOptions(options));
  }

  #clientOptions({ address, gate, product, allowMd5 = false, statementTimeoutMs }: PoolOptions) {
    const [first] = address.hosts;
    return {
      // For messages only: the socket comes from us, signed in.
      ...first,
      user: address.user,
      database: address.database,
      ssl: false,
      socket: (): Promise<Socket> =>
        signedInSocket({
          address,
          gate,
          allowMd5,
          isGauss: PROFILES[product].isGauss,
          settings: {
            application_name: "yikatong",
            TimeZone: "UTC",
            statement_timeout: String(statementTimeoutMs),
          },
          connectMsMax: this.#connectMsMax,
          signal: this.#unwanted.signal,
        }),
      max: 1,
      connect_timeout: CONNECT_MS_MAX / 1_000,
      // Never: it would end a connection in the middle of a transaction and run the rest of it alone.
      max_lifetime: 0,
      idle_timeout: 0,
      fetch_types: false,
      onnotice: () => {},
      onclose: () => this.#lose(),
      types: { bigint: postgres.BigInt, bytes: BYTES },
    };
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /**
   * Called before postgres.js connects again: what waits in its queue behind a statement under way
   * would run on the new connection, with no transaction around it.
   */
  #lose(): void {
    this.#lost = true;
    for (const query of this.#open) if (isQueued(query)) query.cancel();
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#lost) throw new ConnectionLost("Cannot query: the database connection is lost");
    const answer = this.#answerOf<R>(query);
    if (isHurried(query)) {
      // Told with the next statement.
      answer.catch(() => {});
      this.#hurried.push(answer);
      if (this.#hurried.length >= HURRIED_MAX) await Promise.all(this.#hurried.splice(0));
      const ahead: ResultAhead<R> = { rows: [], later: answer };
      return ahead;
    }
    const earlier = this.#hurried.splice(0);
    if (earlier.length > 0) await bothOf(earlier, answer);
    return await answer;
  }

  /**
   * PostgreSQL rolls back at a commit after a failed statement, and calls that no error: whoever
   * caught the statement's would take for kept what is gone.
   */
  async commit(): Promise<void> {
    await this.executeQuery(CompiledQuery.raw("commit"));
    if (this.#lastCommand === "ROLLBACK") {
      throw new Error("Cannot commit: a statement of the transaction failed");
    }
  }

  /** Of hurried statements before a rollback: what they say does not matter any more. */
  async forgetHurried(): Promise<void> {
    await Promise.allSettled(this.#hurried.splice(0));
  }

  async #answerOf<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const sent = this.#send<R>(query);
    this.#open.add(sent);
    try {
      const rows = await this.#withinTime(sent);
      this.#answered = true;
      this.#lastCommand = rows.command;
      const changed = /^(insert|update|delete|merge)/i.test(rows.command ?? "");
      return {
        rows: Array.from<R>(rows),
        ...(changed && { numAffectedRows: BigInt(rows.count) }),
      };
    } catch (thrown) {
      if (isConnectFailure(thrown)) this.#lose();
      if (isTakenBack(thrown) && this.#lost) {
        throw new ConnectionLost("Cannot query: the database connection is lost");
      }
      throw thrown;
    } finally {
      this.#open.delete(sent);
    }
  }

  // deno-lint-ignore require-yield -- nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("Cannot stream a query: page through it");
  }

  async end(): Promise<void> {
    if (!this.#lost) await this.#sql.end({ timeout: END_SECONDS_MAX });
  }

  #send<R>({ sql, parameters }: CompiledQuery): postgres.PendingQuery<(R & postgres.Row)[]> {
    return this.#sql.unsafe<(R & postgres.Row)[]>(
      sql,
      [...parameters] as postgres.ParameterOrJSON<never>[],
      // Parsed once a connection; otherwise each statement is parsed anew and takes two round trips.
      { prepare: true },
    );
  }

  /** postgres.js tries a server that hangs up at once for ever, and waits for ever for a silent one. */
  async #withinTime<Value>(answer: PromiseLike<Value>): Promise<Value> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = (waitedMs: number) => {
        this.#lost = true;
        this.#unwanted.abort();
        reject(new ConnectionLost(`Cannot query: no answer in ${waitedMs} ms`));
        // Nothing waits for the client any more; it only has to stop trying.
        this.#sql.end({ timeout: 0 }).catch(() => {});
      };
      // A statement that went along with `begin` may wait for a lock on a connection that stands.
      const look = () => {
        if (!this.#answered) return giveUp(this.#connectMsMax);
        const restMs = Math.max(0, this.#answerMsMax - this.#connectMsMax);
        timer = setTimeout(() => giveUp(this.#answerMsMax), restMs);
      };
      timer = this.#answered
        ? setTimeout(() => giveUp(this.#answerMsMax), this.#answerMsMax)
        : setTimeout(look, this.#connectMsMax);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The first failure is the reason of those behind it. */
async function bothOf(earlier: readonly Promise<unknown>[], last: Promise<unknown>): Promise<void> {
  const answers = await Promise.allSettled([...earlier, last]);
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
}

class PoolDriver implements Driver {
  readonly #options: PoolOptions;
  readonly #idle: ServerConnection[] = [];
  readonly #waiting: ((connection: ServerConnection) => void)[] = [];
  #lent = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<ServerConnection> {
    if (this.#lent >= this.#options.poolSize) return await this.#wait();
    this.#lent += 1;
    return this.#take();
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    const given = own(connection);
    const next = this.#waiting.shift();
    if (next) next(given.isLost ? this.#take() : given);
    else {
      this.#lent -= 1;
      if (!given.isLost) this.#idle.push(given);
    }
    return Promise.resolve();
  }

  async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const level = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : "";
    // Goes along with the first statement.
    await connection.executeQuery(hurried(CompiledQuery.raw(`begin${level}`)));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await own(connection).forgetHurried();
    // A lost connection was rolled back by the server.
    if (own(connection).isLost) return;
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  async destroy(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end()));
  }

  /** The one used last, whose prepared statements are warm. */
  #take(): ServerConnection {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.isLost) return idle;
    }
    return new ServerConnection(this.#options);
  }

  #wait(): Promise<ServerConnection> {
    return new Promise((resolve, reject) => {
      const lend = (connection: ServerConnection) => {
        clearTimeout(timer);
        resolve(connection);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(lend), 1);
        reject(new PoolExhausted("Cannot get a database connection: all are in use"));
      }, LEND_WAIT_MS_MAX);
      this.#waiting.push(lend);
    });
  }
}

function own(connection: DatabaseConnection): ServerConnection {
  if (connection instanceof ServerConnection) return connection;
  throw new TypeError("Cannot use the connection: it is not of this pool");
}

type OpenQuery = Pick<postgres.PendingQuery<postgres.Row[]>, "cancel">;

/** postgres.js notes on a query what it was sent to; one in its queue has no such note. */
function isQueued(query: OpenQuery): boolean {
  return Reflect.get(query, "state") === null;
}

/** PostgreSQL's query_canceled, which postgres.js says of what it had not sent. */
function isTakenBack(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "57014";
}

const CONNECT_FAILURES = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "57P01",
  "57P05",
]);

function isConnectFailure(thrown: unknown): boolean {
  if (thrown instanceof LoginError) return true;
  return thrown instanceof Error && "code" in thrown && CONNECT_FAILURES.has(String(thrown.code));
}
