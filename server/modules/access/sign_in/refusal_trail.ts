import type { Kysely } from "kysely";
import type { Context } from "hono";
import { type Actor, unknownActor } from "../../audit/actor.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { addressOf } from "../../../platform/client_address.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { traceIdOf } from "../../../platform/http.ts";
import type { Caller } from "../caller.ts";

export interface RefusalTrailDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

const AGAIN_MS = 60_000;
const REMEMBERED_MAX = 5_000;
const NOBODY = "(not signed in)";

/**
 * What the console refuses leaves a trace: once a minute for one caller, route and reason, so that
 * whoever hammers does not fill the trail.
 */
export class RefusalTrail {
  readonly #deps: RefusalTrailDeps;
  readonly #toldAt = new Map<string, number>();

  constructor(deps: RefusalTrailDeps) {
    this.#deps = deps;
  }

  /** Of a refusal for lack of rights or for where a request came from; nothing of others. */
  async tell(c: Context, error: unknown): Promise<void> {
    if (!(error instanceof DomainError)) return;
    if (error.code === "access.forbidden") {
      await this.#record(c, "forbidden", ({ method, route }) => ({
        kind: "access.refused",
        result: "refused",
        objectId: route,
        fields: { permission: error.detail ?? null, method, route },
      }));
    }
    if (error.code === "access.cross_site") await this.tellRefused(c, "cross_site");
  }

  async tellRefused(c: Context, why: "cross_site" | "too_many"): Promise<void> {
    await this.#record(c, why, ({ method, route }) => ({
      kind: "access.request_refused",
      result: "refused",
      reason: why,
      objectId: route,
      fields: { why, method, route },
    }));
  }

  async #record(
    c: Context,
    why: string,
    event: (of: { readonly method: string; readonly route: string }) => AuditEvent,
  ): Promise<void> {
    const actor = actorOf(c);
    const of = { method: c.req.method, route: c.req.routePath };
    const key = `${actor.id ?? actor.address ?? ""} ${of.method} ${of.route} ${why}`;
    if (!this.#isNews(key)) return;
    await this.#deps.db.transaction().execute((tx) =>
      this.#deps.audit.record(tx, actor, [event(of)])
    );
  }

  #isNews(key: string): boolean {
    const nowMs = this.#deps.clock.now().getTime();
    const toldAt = this.#toldAt.get(key);
    if (toldAt !== undefined && nowMs - toldAt < AGAIN_MS) return false;
    if (this.#toldAt.size >= REMEMBERED_MAX) this.#toldAt.clear();
    this.#toldAt.set(key, nowMs);
    return true;
  }
}

function actorOf(c: Context): Actor {
  const caller: Caller | undefined = c.get("caller");
  return caller?.actor ??
    unknownActor({ name: NOBODY, address: addressOf(c), traceId: traceIdOf(c) });
}
