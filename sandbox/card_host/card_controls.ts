import { Hono } from "hono";
import { z } from "zod";
import { listLimit } from "../list_limit.ts";
import type { CardHost } from "./answer_message.ts";

/**
 * What is not the host's interface: its books, for people and for tests.
 *
 * | call | does |
 * |---|---|
 * | `GET  /sandbox/entries` | the newest sales, voids and refunds |
 * | `GET  /sandbox/accounts` | every card with its balance |
 * | `POST /sandbox/accounts/{pan}` `{ state?, balanceFen?, pin?, expiry? }` | changes one; PIN tries are forgotten |
 * | `GET  /sandbox/batches` | settled batches, and whether the totals agreed |
 * | `POST /sandbox/forget-keys` | work keys are no good any more, as after a restart of the host |
 */

const LINES_MAX = 1_000;

const accountBody = z.strictObject({
  state: z.enum(["open", "closed", "blocked"]).optional(),
  balanceFen: z.int().min(0).max(10_000_000_000).optional(),
  pin: z.string().regex(/^\d{6}$/).optional(),
  expiry: z.string().regex(/^\d{4}$/).optional(),
});

export function cardControls({ store }: CardHost): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok"));
  app.get("/sandbox/entries", (c) => {
    const limit = listLimit(c.req.query("limit"), LINES_MAX);
    const entries = store.newestEntries(limit).map((entry) => ({
      reference: entry.reference,
      kind: entry.kind,
      state: entry.state,
      code: entry.code,
      merchant: entry.merchant,
      terminal: entry.terminal,
      batch: entry.batch,
      stan: entry.stan,
      pan: entry.pan,
      amountFen: String(entry.amount_fen),
      returnedFen: String(entry.returned_fen),
      original: entry.original,
      at: new Date(entry.at_ms).toISOString(),
    }));
    return c.json({ entries });
  });
  app.get("/sandbox/accounts", (c) => {
    const accounts = store.accounts(LINES_MAX).map(({ pan, kind, holder, state, ...row }) => ({
      pan,
      kind,
      holder,
      state,
      expiry: row.expiry,
      balanceFen: String(row.balance_fen),
      pinTries: row.pin_tries,
    }));
    return c.json({ accounts });
  });
  app.post("/sandbox/accounts/:pan", async (c) => {
    const body = accountBody.safeParse(await c.req.json().catch(() => null));
    const account = store.findAccount(c.req.param("pan"));
    if (!body.success) return c.json({ kind: "not_done", reason: "请求不合规范" }, 400);
    if (!account) return c.json({ kind: "not_done", reason: "没有这张卡" }, 404);
    const { state, balanceFen, pin, expiry } = body.data;
    store.putAccount({
      ...account,
      state: state ?? account.state,
      balance_fen: balanceFen ?? account.balance_fen,
      pin: pin ?? account.pin,
      expiry: expiry ?? account.expiry,
      pin_tries: 0,
    });
    return c.json({ kind: "done" });
  });
  app.get("/sandbox/batches", (c) => c.json({ batches: store.batches() }));
  app.post("/sandbox/forget-keys", (c) => {
    store.forgetKeys();
    return c.json({ kind: "done" });
  });
  return app;
}
