import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { createRoutes, jsonReply, PROBLEM_REPLIES } from "../../../platform/http.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { type ConsoleEnv, needs } from "../../access/console_routes.ts";
import type { AccessTables } from "../../access/tables.ts";
import { HOLD_AGES_MS, type HoldsReply, holdsReplySchema } from "../contract.ts";
import { type HeldParts, heldParts } from "../held_parts.ts";
import { OPEN_HOLDS_MAX } from "../open_holds.ts";
import type { LedgerTables } from "../tables.ts";
import { selectHoldsIn, sumHoldsIn } from "./store.ts";

export interface HoldsDeps {
  readonly db: Kysely<LedgerTables & AccessTables>;
  readonly clock: Clock;
  /** Orders are a later module's. */
  readonly headsOf: (
    orderIds: readonly string[],
  ) => Promise<ReadonlyMap<string, { readonly number: string; readonly kind: string }>>;
}

const holdsRoute = createRoute({
  method: "get",
  path: "/holds",
  summary: "Money paid for and neither posted by HIS nor given back",
  ...needs("order.read"),
  responses: { 200: jsonReply(holdsReplySchema, "Oldest first"), ...PROBLEM_REPLIES },
});

export function holdsRoutes(deps: HoldsDeps): OpenAPIHono<ConsoleEnv> {
  const routes = createRoutes<ConsoleEnv>();
  routes.openapi(holdsRoute, async (c) => c.json(await readHolds(deps, c.get("caller")), 200));
  return routes;
}

async function readHolds(
  { db, clock, headsOf }: HoldsDeps,
  caller: Caller,
): Promise<HoldsReply> {
  const now = clock.now().getTime();
  const scope = scopeOf(caller, "order.read");
  const rows = await selectHoldsIn(db, { scope, limit: OPEN_HOLDS_MAX + 1 });
  const listed = rows.slice(0, OPEN_HOLDS_MAX);
  const orderIds = listed.map(({ order_id }) => order_id);
  const [heads, partsOf] = [await headsOf(orderIds), await heldParts(db, orderIds)];
  const holds = listed.map((row) => ({
    orderId: row.order_id,
    ...headOf(heads.get(row.order_id), partsOf(row.order_id)),
    institutionId: row.institution_id,
    institutionName: row.institution_name,
    amountFen: row.held_fen.toString(),
    since: row.since.toISOString(),
  }));
  const ages = [];
  for (const [at, overMs] of HOLD_AGES_MS.entries()) {
    const older = HOLD_AGES_MS[at + 1];
    const from = older === undefined ? null : new Date(now - older);
    const { holds, fen } = await sumHoldsIn(db, { scope, from, until: new Date(now - overMs) });
    ages.push({ overMs, holds, amountFen: fen.toString() });
  }
  return { holds, more: rows.length > OPEN_HOLDS_MAX, ages };
}

function headOf(
  head: { readonly number: string; readonly kind: string } | undefined,
  { cashFen, insuranceFen }: HeldParts,
): Pick<HoldsReply["holds"][number], "orderNumber" | "isRefund" | "cashFen" | "insuranceFen"> {
  const isRefund = head?.kind === "refund";
  return {
    orderNumber: head?.number ?? null,
    isRefund,
    cashFen: isRefund ? "0" : cashFen.toString(),
    insuranceFen: isRefund ? "0" : insuranceFen.toString(),
  };
}
