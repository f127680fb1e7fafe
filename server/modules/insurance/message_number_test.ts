import assert from "node:assert/strict";
import { testDb } from "../../../tests/db.ts";
import { messageId, nextMessageId } from "./message_number.ts";

const CODE = "H44190012345";
const NOW = new Date("2026-03-12T01:42:33.500Z");
const AT = { now: NOW, serialFrom: 5_000 };

Deno.test("messageId() is code, Beijing time and serial", () => {
  const number = BigInt(Math.floor(NOW.getTime() / 1000)) * 10_000n + 12n;
  assert.equal(messageId(CODE, number), "H44190012345202603120942330012");
});

Deno.test("nextMessageId() gives concurrent callers of one second different numbers", async () => {
  await using own = await testDb(NOW);
  const ids = await Promise.all(
    Array.from(
      { length: 20 },
      () => own.db.transaction().execute((tx) => nextMessageId(tx, CODE, AT)),
    ),
  );
  assert.equal(new Set(ids).size, 20);
  assert.ok(ids.every((id) => /^H44190012345202603120942335\d{3}$/.test(id)));
});

Deno.test("nextMessageId() never repeats when the clock goes back or a second is used up", async () => {
  await using own = await testDb(NOW);
  function next(now: Date): Promise<string> {
    return own.db.transaction().execute((tx) => nextMessageId(tx, CODE, { ...AT, now }));
  }
  const first = await next(NOW);
  const back = await next(new Date(NOW.getTime() - 60_000));
  assert.ok(back > first);
  await own.db.updateTable("insurance_message_number")
    .set({ last: BigInt(Math.floor(NOW.getTime() / 1000)) * 10_000n + 9_999n }).execute();
  assert.equal(await next(NOW), "H44190012345202603120942340000");
});

Deno.test("nextMessageId() takes back the number of a transaction that failed, not one sent", async () => {
  await using own = await testDb(NOW);
  const failed = own.db.transaction().execute(async (tx) => {
    await nextMessageId(tx, CODE, AT);
    throw new Error("undone");
  });
  await assert.rejects(failed);
  const id = await own.db.transaction().execute((tx) => nextMessageId(tx, CODE, AT));
  assert.equal(id.slice(-4), "5000");
});
