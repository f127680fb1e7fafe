import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { assertBooksAgree } from "../books.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { askRefund, endOfRefund, findRefundable, payNewBills, sumOfParts } from "../refund.ts";
import { openWorld, TEST_SECRETS, type World } from "../world.ts";

/** Refunds that are asked for at once, on a database where transactions really run side by side. */

const REQUESTS = 50;

Deno.test("of 50 refunds asked for at once of two processes one is made", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const other: World = { ...world, call: callsOf(world) };

  await t.step("of the whole order", async () => {
    const paid = await payNewBills(world);
    const { valueFen } = await findRefundable(world, paid);
    const replies = await Promise.all(
      Array.from({ length: REQUESTS }, (_, n) => askRefund(n % 2 === 0 ? world : other, paid)),
    );
    const made = replies.filter(({ status }) => status === 201);
    assert.equal(made.length, 1);
    const view = await endOfRefund(world, await made[0]?.json());
    assert.equal(view.state, "returned");
    assert.equal(sumOfParts(view).toString(), valueFen);
    await assertBooksAgree(world, "fifty at once");
  });

  await t.step("of single lines: what goes back is never more than was paid", async () => {
    const paid = await payNewBills(world, { settlement: "self_pay" });
    const { lines, valueFen } = await findRefundable(world, paid);
    let returned = 0n;
    for (let round = 0; round < lines.length; round++) {
      const replies = await Promise.all(
        lines.map(({ place }) =>
          askRefund(place % 2 === 0 ? world : other, paid, { lines: [place] })
        ),
      );
      const made = replies.filter(({ status }) => status === 201);
      assert.ok(made.length >= 1, `round ${round}`);
      for (const reply of made) {
        const view = await endOfRefund(world, await reply.json());
        assert.equal(view.state, "returned");
        returned += sumOfParts(view);
      }
      await assertBooksAgree(world, `round ${round}`);
      if (returned === BigInt(valueFen)) break;
    }
    assert.equal(returned.toString(), valueFen);
    assert.equal((await askRefund(world, paid)).status, 409);
  });
});

/** Through a second platform on the same database. */
function callsOf(world: World): World["call"] {
  const app = createApp(world.another());
  return async (method, path, body) =>
    await app.request(`/api/terminal/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TEST_SECRETS.terminalToken}`,
        "x-terminal-id": world.terminal.id,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}
