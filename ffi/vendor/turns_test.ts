import assert from "node:assert/strict";
import { Turns } from "./turns.ts";

Deno.test("turns are given in the order in which they were asked for", async () => {
  const turns = new Turns();
  const order: number[] = [];
  const work = async (n: number) => {
    using _turn = await turns.take();
    order.push(n);
    await Promise.resolve();
    order.push(n);
  };
  await Promise.all([work(1), work(2), work(3)]);
  assert.deepEqual(order, [1, 1, 2, 2, 3, 3]);
});

Deno.test("who gives up waiting holds nobody up", async () => {
  const turns = new Turns();
  const first = await turns.take();
  const stop = new AbortController();
  const waiting = turns.takeUnless(stop.signal);
  const third = turns.take();
  stop.abort();
  assert.equal(await waiting, null);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assert.equal(await turns.takeUnless(AbortSignal.abort()), null);
  (await turns.take())[Symbol.dispose]();
});
