import assert from "node:assert/strict";
import { shellActor } from "../server/modules/audit/actor.ts";
import type { RetirementReply } from "../server/modules/fleet/console/contract.ts";
import { erasuresSource } from "../server/modules/compliance/evidence/erasures.ts";
import { EvidenceFiles } from "../server/modules/compliance/evidence_files.ts";
import { PackWriter } from "../server/modules/compliance/pack/pack_writer.ts";
import { readPeriod } from "../server/modules/compliance/period.ts";
import { findTerminal } from "../server/modules/fleet/register_terminals.ts";
import { retireTerminal } from "../server/modules/fleet/retire/retire_terminal.ts";
import type { Browser } from "./console.ts";
import { textOf, unpack } from "./packs.ts";
import { codeOf, official, retired } from "./retiring_terminal.ts";
import { testLineKeys } from "./line_keys.ts";
import { testProvider } from "./sealer.ts";
import { openWorld } from "./world.ts";

/** The certificate of a terminal that went, as officials see and take it (R-TOM-16). */

async function viewOf(browser: Browser, id: string): Promise<RetirementReply["retirement"]> {
  const answer = await browser.call("GET", `/terminals/${id}/retirement`);
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).retirement;
}

Deno.test("an official sees when a terminal went, by whom, and that its certificate is genuine (R-TOM-16)", async () => {
  await using world = await openWorld();
  const browser = await official(world);
  assert.equal(await viewOf(browser, world.terminal.id), null);
  const id = await retired(world);
  const view = await viewOf(browser, id);
  assert.deepEqual(
    [view?.certificateId, view?.kind, view?.operator, view?.witness, view?.reason],
    ["01a1ec2a-f280-7cbb-b371-e1567b13a073", "erasure_certificate", "张工", "李工", "到期更换"],
  );
  assert.deepEqual([view?.verdict, view?.signature, view?.countersignature], [
    "good",
    "good",
    "good",
  ]);
  assert.equal(view?.fileName, "terminal-0001-erasure.json");
  assert.equal(view?.recordedAt, world.clock.now().toISOString());
});

Deno.test("a certificate that was changed in the database, or is another terminal's, is told as bad", async () => {
  await using world = await openWorld();
  const { own: { db } } = world;
  const id = await retired(world);
  const browser = await official(world);
  const { record } = await db.selectFrom("terminal_erasure").select("record")
    .executeTakeFirstOrThrow();
  const changes = [
    [record.replace("到期更换", "另有理由"), "bad"],
    [record.replace('"terminalNumber":"0001"', '"terminalNumber":"0002"'), "bad"],
  ] as const;
  for (const [text, verdict] of changes) {
    assert.notEqual(text, record);
    await db.updateTable("terminal_erasure").set({ record: text }).execute();
    assert.equal((await viewOf(browser, id))?.verdict, verdict);
  }
  await db.updateTable("terminal_erasure").set({ record: "{" }).execute();
  const damaged = await browser.call("GET", `/terminals/${id}/retirement`);
  assert.equal(await codeOf(damaged), "fleet.certificate_damaged");
});

Deno.test("a terminal that was dead is stated by two, and a platform without that key says so", async () => {
  await using world = await openWorld({ lineKeys: null });
  const keys = testLineKeys();
  const terminal = await findTerminal(world.own, { number: "0001" });
  assert.ok(terminal);
  const stated = {
    id: world.id(),
    method: "lost",
    operator: "张工",
    witness: "李工",
    reason: "被盗",
  } as const;
  const statement = {
    format: 1,
    product: "yikatong",
    kind: "decommission_statement",
    terminalId: terminal.id,
    terminalNumber: "0001",
    statedAt: world.clock.now().toISOString(),
    ...stated,
  };
  const { own: { db }, clock, services: { audit } } = world;
  await retireTerminal({ db, clock, audit, keys }, {
    ...stated,
    terminal,
    certificate: JSON.stringify(statement),
    signature: null,
    actor: shellActor("张工"),
    from: ["active"],
  });
  const view = await viewOf(await official(world), terminal.id);
  assert.deepEqual(
    [view?.kind, view?.method, view?.signature, view?.countersignature, view?.verdict],
    ["decommission_statement", "lost", "none", "no_key", "unchecked"],
  );
});

Deno.test("the file is taken by who may see the terminal alone, and the trail has who", async () => {
  await using world = await openWorld();
  const id = await retired(world);
  const path = `/terminals/${id}/retirement/file`;
  const without = await official(world, { permissions: ["setting.read"] });
  assert.equal((await without.call("POST", path)).status, 403);
  assert.equal((await without.call("GET", `/terminals/${id}/retirement`)).status, 403);
  const elsewhere = await world.own.db.selectFrom("organisation").select("id")
    .where("kind", "=", "station").where("id", "!=", world.terminal.institutionId)
    .limit(1).executeTakeFirstOrThrow();
  const stranger = await official(world, { organisationId: elsewhere.id });
  assert.equal(await codeOf(await stranger.call("POST", path)), "fleet.not_found");

  const browser = await official(world);
  const answer = await browser.call("POST", path);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.headers.get("content-disposition"),
    'attachment; filename="terminal-0001-erasure.json"',
  );
  const file = await answer.json();
  const kept = await world.own.db.selectFrom("terminal_erasure").selectAll()
    .executeTakeFirstOrThrow();
  assert.deepEqual([file.record, file.countersignature], [
    kept.record,
    kept.countersignature.toHex(),
  ]);
  const events = await world.own.db.selectFrom("audit_event").select(["actor_kind", "fields"])
    .where("kind", "=", "fleet.certificate_downloaded").execute();
  assert.deepEqual(
    events.map(({ actor_kind, fields }) => [actor_kind, JSON.parse(fields).verdict]),
    [["user", "good"]],
    "those who were refused took nothing",
  );
  const { id: other } = await world.own.db.selectFrom("terminal").select("id")
    .where("number", "=", "0002").executeTakeFirstOrThrow();
  const none = await browser.call("POST", `/terminals/${other}/retirement/file`);
  assert.equal(await codeOf(none), "fleet.no_certificate");
});

Deno.test("the evidence pack has the certificate of each terminal that went, as it is signed (E-19)", async () => {
  await using world = await openWorld();
  const id = await retired(world);
  const { own: { db }, clock } = world;
  const day = clock.now().toISOString().slice(0, 10);
  clock.advance(2 * DAY_MS);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reading = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
  const { signal } = new AbortController();
  const writer = new PackWriter({ out: writable, provider: testProvider(), day, signal });
  const period = readPeriod({ from: day, to: day }, clock.now());
  const facts = await erasuresSource({ db }).collect(period, new EvidenceFiles("E-19", writer));
  await writer.close();
  assert.deepEqual([facts.eraseCertificates, facts.unwipedTerminals], [1, 0]);
  const files = await unpack(await reading);
  assert.match(textOf(files, "E-19-terminals.csv"), /0001,01a1ec2a[^,]*,终端自行清除并签名,/);
  const packed = JSON.parse(
    textOf(files, "E-19/terminal-01a1ec2a-f280-7cbb-b371-e1567b13a073.json"),
  );
  const kept = await db.selectFrom("terminal_erasure").selectAll().where("terminal_id", "=", id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(packed, {
    record: kept.record,
    countersignature: kept.countersignature.toHex(),
  });
});

const DAY_MS = 24 * 3_600_000;
