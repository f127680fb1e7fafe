import assert from "node:assert/strict";
import { act, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { assertBooksAgree } from "./books.ts";
import { PAY_PAGE_RATE } from "../server/rate_classes.ts";
import { openWorld, type World } from "./world.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import type { OrderView, PayLink } from "../server/modules/checkout/contract.ts";

const WECHAT = { "user-agent": "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.50" };

Deno.test("one code opens a page that pays the order by phone, once (R-PAY-10)", async () => {
  await using world = await openWorld();
  const order = await orderToPay(world);
  const link = await linkOf(world, order);
  assert.match(link.url, /^https:\/\/phones\.test\/m\/pay\/[0-9a-f]{32}$/);

  const page = await open(world, link);
  assert.equal(page.status, 200);
  const text = await page.text();
  assert.match(text, /微信支付/);
  assert.ok(order.quote);
  assert.match(text, new RegExp(`¥${yuan(order.quote.cashFen)}`));
  assert.doesNotMatch(text, /<script/);
  const id = /name="id" value="([0-9a-f-]{36})"/.exec(text)?.[1];
  assert.ok(id);

  for (let n = 0; n < 2; n++) {
    const chosen = await choose(world, link, { id, way: "show_code" });
    assert.equal(chosen.status, 303);
  }
  const waiting = await readOrder(world, order);
  assert.equal(waiting.stage, "pay");
  const bankPage = await (await open(world, link)).text();
  assert.ok(waiting.tender?.codeText);
  assert.ok(bankPage.includes(`href="${waiting.tender.codeText}"`));
  await payShownCode(world, waiting);
  assert.equal((await settle(world, order)).state, "completed");
  assert.match(await (await open(world, link)).text(), /付款成功/);
  await assertBooksAgree(world, "paid by phone");
});

Deno.test("the page behind a code nobody was given, or of long ago, tells nothing", async () => {
  await using world = await openWorld();
  const order = await orderToPay(world);
  const link = await linkOf(world, order);
  for (const token of ["0".repeat(32), "short", "%00", "..%2f..%2fetc"]) {
    const page = await world.app.request(`/m/pay/${token}`);
    assert.ok([404, 400].includes(page.status), token);
    assert.doesNotMatch(await page.text(), /¥/);
  }
  world.clock.advance(60 * 60_000);
  assert.equal((await open(world, link)).status, 404);
});

Deno.test("a phone can choose how to pay and nothing else, and only while the order waits", async () => {
  await using world = await openWorld();
  const order = await orderToPay(world);
  const link = await linkOf(world, order);
  for (
    const form of [{}, { id: "x", way: "show_code" }, { id: world.id(), way: "card" }, {
      id: world.id(),
      way: "cancel",
    }]
  ) {
    assert.equal((await choose(world, link, form)).status, 303);
    assert.equal((await readOrder(world, order)).stage, "choose_tender");
  }
  await act(world, order, "cancel");
  assert.equal((await choose(world, link, { id: world.id(), way: "show_code" })).status, 303);
  const over = await settle(world, order);
  assert.equal(over.state, "unwound");
  assert.match(await (await open(world, link)).text(), /没有扣款|原路退回/);
  await assertBooksAgree(world, "called off");
});

Deno.test("a phone is offered the payment centre only where insurance has a part (R-PAY-12)", async () => {
  await using world = await openWorld();
  const { audit, rowTags } = world.services;
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock: world.clock, audit, rowTags }, tx, {
      change: {
        scopeId: world.terminal.id,
        name: "payment.modes",
        value: ["show_code", "medical_mix"],
      },
      actor: shellActor("test"),
    })
  );
  world.clock.advance(3_000);
  const insured = await linkOf(world, await orderToPay(world));
  assert.match(await (await open(world, insured)).text(), /医保移动支付/);
  const alone = await orderToPay(world, "one_bill_resident", "self_pay");
  const link = await linkOf(world, alone);
  const page = await (await open(world, link)).text();
  assert.match(page, /微信支付/);
  assert.doesNotMatch(page, /医保/);
  const chosen = await choose(world, link, { id: world.id(), way: "medical_mix" });
  assert.equal(chosen.status, 303);
  assert.equal((await readOrder(world, alone)).stage, "choose_tender");
});

Deno.test("a phone in a crowd gets a page that opens again by itself, not a machine's words", async () => {
  await using world = await openWorld();
  const link = await linkOf(world, await orderToPay(world));
  let page = await open(world, link);
  for (let n = 0; page.status === 200 && n < PAY_PAGE_RATE.perMinute; n++) {
    await page.body?.cancel();
    page = await world.app.request("/m/pay.css");
  }
  await page.body?.cancel();
  for (const path of [new URL(link.url).pathname, `/m/slip/${"0".repeat(32)}`]) {
    const crowded = await world.app.request(path, { headers: WECHAT });
    assert.equal(crowded.status, 429);
    assert.match(crowded.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(crowded.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
    const text = await crowded.text();
    assert.match(text, /现在打开的人太多/);
    const seconds = /http-equiv="refresh" content="(\d+)"/.exec(text)?.[1];
    assert.equal(seconds, crowded.headers.get("retry-after"));
  }
  world.clock.advance(60_000);
  assert.equal((await open(world, link)).status, 200);
});

Deno.test("one code is shown only while a way to pay is asked for", async () => {
  await using world = await openWorld();
  const order = await orderAllBills(world, "two_bills");
  const early = await world.call("POST", `/orders/${order.id}/pay-link`);
  assert.equal((await early.json()).code, "checkout.wrong_state");
});

async function orderToPay(
  world: World,
  story = "two_bills",
  settlement: OrderView["settlement"] = "insurance",
): Promise<OrderView> {
  const order = await orderAllBills(world, story, settlement);
  assert.ok(order.quote);
  const agreed = await act(world, order, "confirm", { quoteVersion: order.quote.version });
  assert.equal(agreed.stage, "choose_tender");
  return agreed;
}

async function linkOf(world: World, order: OrderView): Promise<PayLink> {
  const reply = await world.call("POST", `/orders/${order.id}/pay-link`);
  assert.equal(reply.status, 201, await reply.clone().text());
  return await reply.json();
}

async function open(world: World, link: PayLink): Promise<Response> {
  return await world.app.request(new URL(link.url).pathname, { headers: WECHAT });
}

async function choose(
  world: World,
  link: PayLink,
  form: Readonly<Record<string, string>>,
): Promise<Response> {
  return await world.app.request(new URL(link.url).pathname, {
    method: "POST",
    headers: { ...WECHAT, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

function yuan(fen: string): string {
  return (Number(fen) / 100).toFixed(2);
}
