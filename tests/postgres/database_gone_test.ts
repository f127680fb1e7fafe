import assert from "node:assert/strict";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { assertBooksAgree } from "../books.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { act, orderAllBills, settle } from "../visit.ts";
import { openWorld } from "../world.ts";
import { Line } from "./line.ts";

Deno.test("a database that goes away: not ready, clean problems; work resumes when it is back", async () => {
  await using server = await startPostgresServer();
  await using line = new Line(Number(new URL(server.url).port));
  await using world = await openWorld({
    databaseServer: { url: server.url, through: `postgres://postgres@127.0.0.1:${line.port}` },
  });
  const order = await orderAllBills(world, "two_bills");
  await act(world, order, "confirm", { quoteVersion: 1 });

  line.cut();
  const ready = await world.app.request("/readyz");
  assert.equal(ready.status, 503);
  assert.deepEqual((await ready.json()).reasons, ["database_unavailable"]);
  assert.equal((await world.app.request("/healthz")).status, 200);
  const refused = await world.call("GET", `/orders/${order.id}`);
  assert.equal(refused.status, 503, await refused.clone().text());
  const problem = await refused.json();
  assert.equal(problem.code, "platform.database_unavailable");
  assert.equal(problem.retry, "safe");

  line.mend();
  assert.equal((await world.app.request("/readyz")).status, 200);
  const code = paymentCode("WXPAY", "pays", 11);
  await act(world, order, "tender", { id: world.id(), mode: "scan_code", code });
  assert.equal((await settle(world, order)).state, "completed");
  await assertBooksAgree(world, "after the database came back");
});
