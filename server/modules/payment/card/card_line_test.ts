import assert from "node:assert/strict";
import { tcpLink } from "../../../gateways/card_host/card_link.ts";
import { UNIONPAY_TDES } from "../../../gateways/card_host/wire/unionpay.ts";
import { openCardRig } from "./testing/card_rig.ts";

Deno.test("pad and host of 3DES over TCP: sale, void and a line that breaks (R-PAY-04)", async (t) => {
  await using stack = new AsyncDisposableStack();
  await using rig = await openCardRig({
    profile: UNIONPAY_TDES,
    padAlgorithm: "tdes",
    answerMs: 2_000,
    connect: (host) => {
      const listening = stack.use(host.listen({ host: "127.0.0.1", port: 0 }));
      const link = tcpLink({ host: "127.0.0.1", port: listening.port });
      return async () => {
        const opened = await link();
        stack.defer(() => opened.close());
        return opened;
      };
    },
  });
  const { channel, faults } = rig;

  await t.step("PIN and MAC are right on both sides", async () => {
    const before = await rig.balance();
    const trade = rig.trade();
    const paid = await rig.collect(trade);
    assert.equal(paid.kind, "done", Deno.inspect(paid));
    const wrong = await rig.collect(rig.trade(), { pin: "000000" });
    assert.ok(wrong.kind === "refused" && wrong.code === "payment.pin_wrong");
    assert.equal((await channel.refund(trade, rig.refund(12_640))).kind, "done");
    assert.equal(await rig.balance(), before);
  });

  await t.step("a connection that breaks is opened again by the next request", async () => {
    faults.plan("card_host", "sale", { kind: "lose_answer" });
    const trade = rig.trade();
    assert.equal((await rig.collect(trade)).kind, "unknown");
    const asked = await channel.query(trade);
    assert.ok(asked.kind === "refused" && asked.code === "payment.reversed", Deno.inspect(asked));
    assert.ok(rig.lineEvents.filter((event) => event === "connected").length > 1);
  });
});

Deno.test("an answer that comes too late goes to nobody, and the sale is taken back", async () => {
  await using rig = await openCardRig({ answerMs: 60 });
  const before = await rig.balance();
  await rig.deps.session.keys();
  rig.faults.plan("card_host", "sale", { kind: "late_answer", ms: 120 });
  const trade = rig.trade();
  const lost = await rig.collect(trade);
  assert.ok(lost.kind === "unknown", Deno.inspect(lost));
  assert.ok(rig.lineEvents.includes("timeout"));
  await until(() => rig.lineEvents.includes("stray_answer"));
  rig.clock.advance(61_000);
  await until(async () => (await rig.channel.query(trade)).kind === "refused");
  assert.equal(await rig.balance(), before);
});

Deno.test("a host that takes no connections has certainly not heard of the sale", async () => {
  let open = false;
  await using rig = await openCardRig({
    connect: (host) => () =>
      open ? host.connect() : Promise.reject(new Deno.errors.ConnectionRefused("refused")),
  });
  const trade = rig.trade();
  assert.equal((await rig.collect(trade)).kind, "not_sent");
  assert.deepEqual(await rig.channel.query(trade), { kind: "done", value: { state: "absent" } });
  open = true;
  rig.clock.advance(2_000);
  assert.equal((await rig.collect(trade)).kind, "done");
});

const TRIES_MAX = 1_000;

/** What another task brings about in a moment; asked again at every turn of the event loop. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await isSo()) return;
    await new Promise<void>((resume) => setTimeout(resume, 1));
  }
  throw new Error("Cannot see it happen");
}
