import assert from "node:assert/strict";
import type { PartyHealthReply } from "../server/party_health/contract.ts";
import { CardLine } from "../server/gateways/card_host/card_line.ts";
import { UNIONPAY_SM4 } from "../server/gateways/card_host/wire/unionpay.ts";
import { PartyHealthBook } from "../server/platform/party_health.ts";
import { sharePartyHealth } from "../server/platform/party_health_rows.ts";
import { addPerson } from "./console.ts";
import { answered, callerOf, consoleAs } from "./console_callers.ts";
import { openWorld } from "./world.ts";

Deno.test("channels: every process's view of every party, and none of one that is gone", async () => {
  await using world = await openWorld();
  const { own: { db }, clock } = world;
  const health = new PartyHealthBook();
  health.add("his", () => "open");
  health.add("insurance", () => "closed");
  const note = (kind: string, tookMs: number) =>
    health.note("his", { kind, tookMs, now: clock.now().getTime() });
  note("answered", 100);
  note("lost", 300);
  const share = (process: string) => sharePartyHealth({ db, clock, health, process });
  await share("a:1");
  await share("a:1");
  await share("b:2");
  await addPerson(world, { login: "watcher", permissions: ["party.read"] });
  const call = consoleAs(world, await callerOf(world, "watcher"));
  const list = async () =>
    (await answered<PartyHealthReply>(call("GET", "/parties/health"))).parties;
  const seen = await list();
  assert.deepEqual(seen.map(({ party, process }) => `${party} ${process}`), [
    "his a:1",
    "his b:2",
    "insurance a:1",
    "insurance b:2",
  ]);
  const { calls, answered: answers, lost, meanMs, maxMs, circuit } = seen[0] ?? assert.fail();
  assert.deepEqual([calls, answers, lost, meanMs, maxMs, circuit], [2, 1, 1, 200, 300, "open"]);
  clock.advance(61_000);
  await share("b:2");
  assert.deepEqual((await list()).map(({ process }) => process), ["b:2", "b:2"]);
  clock.advance(11 * 60_000);
  assert.deepEqual(health.list(clock.now().getTime()).map(({ calls: left }) => left), [0, 0]);
});

Deno.test("the card host is among the channels, and shows that it takes no connection", async () => {
  const now = new Date("2026-11-23T00:00:00Z");
  const clock = { now: () => now };
  const health = new PartyHealthBook();
  const line = new CardLine({
    connect: () => Promise.reject(new Error("refused")),
    framing: { ...UNIONPAY_SM4.framing, tpdu: new Uint8Array(UNIONPAY_SM4.framing.tpduBytes) },
    table: UNIONPAY_SM4.table,
    answerMs: 1,
    clock,
    note: (kind, tookMs) => health.note("card_host", { kind, tookMs, now: now.getTime() }),
  });
  health.add("card_host", (at) => line.isPaused(at) ? "open" : "closed");
  const fields = new Map([[11, "000001"], [41, "00000001"], [42, "000000000000001"]]);
  const request = { type: "0800", fields };
  assert.equal((await line.exchange(request, new Uint8Array())).kind, "not_sent");
  const [seen] = health.list(now.getTime());
  assert.deepEqual([seen?.notSent, seen?.circuit], [1, "open"]);
});
