import assert from "node:assert/strict";
import { developmentKeys } from "../../../../cli/dev/development_keys.ts";
import { seedCity } from "../../../../cli/dev/seed_city.ts";
import { portableEngine } from "../../../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../../../crypto/providers/software.ts";
import { buildCity } from "../../../../sandbox/city/build_city.ts";
import { testAudit } from "../../../../tests/audit.ts";
import { testDb } from "../../../../tests/db.ts";
import { testRowTags } from "../../../../tests/sealer.ts";
import { newId } from "../../../platform/ids.ts";
import { SILENT_LOG } from "../../../platform/log.ts";
import { shellActor } from "../../audit/actor.ts";
import { revokeTerminal } from "../enrolment/revoke_terminal.ts";
import { receiveEvents } from "../health/receive_events.ts";
import { blockKey } from "../line/block_key.ts";
import { insertKey } from "../line/store.ts";
import { findTerminal } from "../register_terminals.ts";
import { confirmPadMaster } from "./confirm_pad_master.ts";
import { confirmWorkKeys, issueWorkKeys, makePadMaster } from "./issue_pad_keys.ts";
import { padKeysState } from "./pad_key_state.ts";
import { countPadKeys, selectPadKeys } from "./store.ts";
import { usePadKeys } from "./use_pad_keys.ts";

const SECRET = "5a".repeat(32);
const DAY_MS = 24 * 3_600_000;

async function openRig() {
  let now = new Date("2026-11-23T01:00:00Z");
  const clock = { now: () => now };
  const own = await testDb(now);
  const { db } = own;
  const provider = new SoftwareProvider(portableEngine(), {
    name: "test",
    keys: developmentKeys(SECRET),
  });
  const audit = testAudit(clock);
  await seedCity({ db, clock, audit, rowTags: testRowTags() }, buildCity());
  const terminal = await findTerminal({ db }, { number: "0001" });
  const transportKey = await provider.findKey("pad-transport");
  assert.ok(terminal && transportKey);
  const deps = { db, clock, audit, provider };
  const terminalId = terminal.id;
  const by = (name: string) => ({ terminalId, actor: shellActor(name) });
  return {
    deps,
    terminal,
    by,
    later: (ms: number) => void (now = new Date(now.getTime() + ms)),
    make: () => makePadMaster(deps, { ...by("张工"), algorithm: "sm4", to: { transportKey } }),
    confirm: (name: string, check: Uint8Array) =>
      confirmPadMaster(deps, { ...by(name), checkValue: check.toHex().slice(0, 8) }),
    async bringWork() {
      const { version } = await issueWorkKeys(deps, by("0001"));
      await confirmWorkKeys(deps, { ...by("0001"), version });
      return version;
    },
    state: async () => padKeysState(await selectPadKeys(db, terminalId), now),
    count: async () =>
      (await usePadKeys({ db, provider })("0001", (made) => Promise.resolve(made.length))) ?? 0,
    async tampered(at: Date, number: number) {
      const events = [{
        id: newId(at),
        number,
        kind: "pin_pad.tampered",
        severity: "error" as const,
        fields: {},
      }];
      const caller = { terminalId, journalId: terminalId, actor: shellActor("0001") };
      await receiveEvents({ ...deps, log: SILENT_LOG }, caller, events);
    },
    /** A key of its line, as approving makes it. */
    async enrol(): Promise<string> {
      const id = newId(now);
      await db.transaction().execute((tx) =>
        insertKey(tx, {
          id,
          terminal_id: terminalId,
          sign_key: Uint8Array.of(4),
          agree_key: Uint8Array.of(5),
          platform_sign_version: 1,
          platform_agree_version: 1,
          enrolled_at: now,
          approved_by: "张工",
          ended_at: null,
          ended_why: null,
          generation: 0n,
          opened_time: null,
        })
      );
      return id;
    },
    async audited(kind: string) {
      const rows = await db.selectFrom("audit_event").select("kind").where("kind", "=", kind)
        .execute();
      return rows.length;
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

Deno.test("the keys of a terminal's pad, from the ceremony to the end (R-DEV-10)", async (t) => {
  await using rig = await openRig();
  const { deps, by } = rig;

  await t.step("a master counts when another person has seen its check value", async () => {
    const made = await rig.make();
    assert.equal((await rig.state()).master, null);
    await assert.rejects(issueWorkKeys(deps, by("0001")), { code: "fleet.no_pad_master" });
    const other = made.checkValue.map((byte) => byte ^ 1);
    await assert.rejects(rig.confirm("李工", other), { code: "fleet.wrong_check_value" });
    await assert.rejects(rig.confirm("张工", made.checkValue), { code: "fleet.same_person" });
    assert.equal(await rig.confirm("李工", made.checkValue), made.version);
    const checkValue = made.checkValue.toHex();
    const master = { algorithm: "sm4", checkValue };
    assert.deepEqual(await rig.state(), { master, version: null, wanted: true });
    await assert.rejects(rig.confirm("李工", made.checkValue), { code: "fleet.no_pending_master" });
  });

  await t.step("work keys count when confirmed, however often that is told", async () => {
    const lost = await issueWorkKeys(deps, by("0001"));
    const version = await rig.bringWork();
    await confirmWorkKeys(deps, { ...by("0001"), version });
    const { wanted, version: counts } = await rig.state();
    assert.deepEqual([wanted, counts], [false, version]);
    const overtaken = confirmWorkKeys(deps, { ...by("0001"), version: lost.version });
    await assert.rejects(overtaken, { code: "fleet.unknown_pad_keys" });
    await rig.bringWork();
    const retired = confirmWorkKeys(deps, { ...by("0001"), version });
    await assert.rejects(retired, { code: "fleet.unknown_pad_keys" });
    assert.equal(await rig.count(), 2, "the generation before is for what is under way");
  });

  await t.step("new ones are wanted after a week, and under a new master", async () => {
    rig.later(8 * DAY_MS);
    assert.ok((await rig.state()).wanted);
    await rig.bringWork();
    assert.ok(!(await rig.state()).wanted);
    const made = await rig.make();
    assert.ok(!(await rig.state()).wanted, "not before the pad has it");
    await rig.confirm("李工", made.checkValue);
    assert.ok((await rig.state()).wanted);
    await rig.bringWork();
  });

  await t.step("a pad that was opened has no key left, and the operator is told", async () => {
    await rig.tampered(new Date(deps.clock.now().getTime() - 30 * DAY_MS), 1);
    assert.ok(await rig.count() > 0, "the keys are of the pad that came after");
    rig.later(1_000);
    await rig.tampered(deps.clock.now(), 2);
    assert.deepEqual(await rig.state(), { master: null, version: null, wanted: false });
    assert.equal(await rig.count(), 0);
    const rows = await deps.db.selectFrom("terminal_pad_key").select("wrapped").execute();
    const kept = rows.filter(({ wrapped }) => wrapped !== null);
    assert.equal(kept.length, 0, "nothing is left that could be opened");
    assert.equal(await rig.audited("fleet.pad_keys_destroyed"), 1);
    const noted = await deps.db.selectFrom("terminal_event").select("severity")
      .where("kind", "=", "pad_keys.destroyed").execute();
    assert.deepEqual(noted, [{ severity: "error" }]);
  });

  await t.step("after a new ceremony cards are paid with again", async () => {
    const made = await rig.make();
    await rig.confirm("李工", made.checkValue);
    assert.deepEqual(await countPadKeys(deps.db), { masters: 1, withoutWork: ["0001"] });
    await rig.bringWork();
    assert.deepEqual(await countPadKeys(deps.db), { masters: 1, withoutWork: [] });
    assert.equal(await rig.count(), 1);
  });

  await t.step("a copy that was found ends the pad's keys too (R-DEV-10)", async () => {
    const key = await rig.enrol();
    await blockKey({ ...deps, log: SILENT_LOG }, { id: key, terminalId: rig.terminal.id });
    assert.equal(await rig.count(), 0);
    assert.deepEqual(await rig.state(), { master: null, version: null, wanted: false });
    assert.equal(await rig.audited("fleet.pad_keys_destroyed"), 2);
    await assert.rejects(issueWorkKeys(deps, by("0001")), { code: "fleet.no_pad_master" });
  });

  await t.step("revoking a terminal ends its pad's keys too", async () => {
    const made = await rig.make();
    await rig.confirm("李工", made.checkValue);
    await rig.bringWork();
    await rig.enrol();
    const { terminal } = rig;
    const asked = { terminal, actor: shellActor("张工"), reason: "丢失" };
    assert.ok(await revokeTerminal(deps, asked));
    assert.equal(await rig.count(), 0);
    assert.equal(await rig.audited("fleet.pad_keys_destroyed"), 3);
  });
});
