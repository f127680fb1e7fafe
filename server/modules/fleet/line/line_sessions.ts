import type { Kysely } from "kysely";
import { CryptoError } from "../../../../crypto/errors.ts";
import type { KeyHandle } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import { LINE_WRAP_KEY } from "../../../platform/signed_line.ts";
import type { FleetTables } from "../tables.ts";
import type { LineKeys } from "./line_keys.ts";
import { tooBusy } from "./refusals.ts";
import { type SessionKeys, unwrapSessionKeys } from "./session_keys.ts";
import { findSession, type SessionWithKey } from "./store.ts";

export interface LineSessionsDeps {
  readonly db: Kysely<FleetTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: LineKeys;
}

/** A session as this process knows it; its keys live while it is cached or somebody uses it. */
export interface CachedSession {
  facts: SessionWithKey;
  /** When the facts were read. */
  readAt: number;
  /** Let in and not yet told to the database. */
  reads: number;
  readonly macKey: KeyHandle;
  readonly dataKey: KeyHandle;
}

interface Entry {
  readonly session: CachedSession;
  users: number;
  evicted: boolean;
}

/** Three times the city's terminals; two keys each in the provider. */
const SESSIONS_MAX = 2_000;
/** How long a revoked terminal may go on reading. */
const FACTS_MS_MAX = 2_000;
const TRIES_MAX = 3;

/** The open sessions this process has seen lately: any process takes up any of them. */
export class LineSessions {
  readonly #deps: LineSessionsDeps;
  readonly #max: number;
  /** In the order of use: a Map keeps the order of insertion. */
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry | null>>();

  constructor(deps: LineSessionsDeps, max = SESSIONS_MAX) {
    this.#deps = deps;
    this.#max = max;
  }

  /** Runs work with the session's keys held; null when there is no such session here. */
  async use<Value>(
    id: string,
    work: (session: CachedSession) => Promise<Value>,
  ): Promise<Value | null> {
    const entry = await this.#take(id);
    if (!entry) return null;
    try {
      return await work(entry.session);
    } finally {
      entry.users -= 1;
      if (entry.evicted) await this.#wipeUnused(entry);
    }
  }

  /** Whether it is open in this process now. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Reads the facts anew when they are old, or at once; false when the session is gone. */
  async refresh(session: CachedSession, { now = false } = {}): Promise<boolean> {
    const at = this.#deps.clock.now().getTime();
    if (!now && at >= session.readAt && at - session.readAt < FACTS_MS_MAX) return true;
    const facts = await findSession(this.#deps.db, session.facts.id);
    if (!facts) {
      await this.#evict(session.facts.id);
      return false;
    }
    session.facts = facts;
    session.readAt = at;
    return true;
  }

  /** Wipes the keys of all that nobody is using. */
  async close(): Promise<void> {
    for (const id of [...this.#entries.keys()]) await this.#evict(id);
  }

  async #take(id: string): Promise<Entry | null> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const known = this.#entries.get(id) ?? await this.#load(id);
      if (!known) return null;
      // In a crowd it may be gone again before it was ever used.
      if (known.evicted) continue;
      known.users += 1;
      this.#entries.delete(id);
      this.#entries.set(id, known);
      return known;
    }
    throw tooBusy();
  }

  async #load(id: string): Promise<Entry | null> {
    const loading = this.#loading.get(id) ??
      this.#read(id).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return await loading;
  }

  async #read(id: string): Promise<Entry | null> {
    const { db, clock, keys: { provider } } = this.#deps;
    const readAt = clock.now().getTime();
    const facts = await findSession(db, id);
    if (!facts) return null;
    const wrapping = await provider.findKey(LINE_WRAP_KEY, facts.wrap_version);
    // This process has an older key store: the terminal opens a session that it can read.
    if (!wrapping) return null;
    await this.#makeRoom();
    const keys = await this.#unwrap(wrapping, facts);
    if (!keys) return null;
    const entry = { session: { facts, readAt, reads: 0, ...keys }, users: 0, evicted: false };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Null when another key store made it: the terminal opens a session with this one's keys. */
  async #unwrap(wrapping: KeyHandle, facts: SessionWithKey): Promise<SessionKeys | null> {
    const { log, keys: { provider } } = this.#deps;
    const wrapped = { macKey: facts.mac_key, dataKey: facts.data_key };
    try {
      return await unwrapSessionKeys({ provider, wrapping, sessionId: facts.id }, wrapped);
    } catch (thrown) {
      if (!(thrown instanceof CryptoError) || thrown.code !== "wrong_tag") throw thrown;
      log.error("A session's keys were wrapped by another key store", {
        label: LINE_WRAP_KEY,
        version: facts.wrap_version,
      });
      return null;
    }
  }

  async #makeRoom(): Promise<void> {
    for (const id of this.#entries.keys()) {
      if (this.#entries.size < this.#max) return;
      await this.#evict(id);
    }
  }

  async #evict(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.evicted = true;
    await this.#wipeUnused(entry);
  }

  async #wipeUnused({ session, users }: Entry): Promise<void> {
    if (users > 0) return;
    const { provider } = this.#deps.keys;
    for (const key of [session.macKey, session.dataKey]) {
      try {
        await provider.destroyKey(key);
      } catch (thrown) {
        // It was wiped with the provider, or by whoever came first.
        if (!(thrown instanceof CryptoError)) throw thrown;
      }
    }
  }
}
