import assert from "node:assert/strict";
import { madeEvent, notMadeEvent } from "../../cli/backup/made_event.ts";
import type { BackupManifest } from "../../cli/backup/manifest.ts";
import { drilledEvent, type DrillRecord } from "../../cli/restore/drill_record.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import type { DecommissionStatement } from "../../server/modules/fleet/retire/contract.ts";
import { retireTerminal } from "../../server/modules/fleet/retire/retire_terminal.ts";
import { testLineKeys } from "../line_keys.ts";
import { clauseOf, DAYS, indexOf, packOf, textOf, unpack } from "../packs.ts";
import { openWorld } from "../world.ts";

const DAY_MS = 24 * 3_600_000;
const SM3 = "5a".repeat(32);

const BACKUP: BackupManifest = {
  format: 1,
  product: "yikatong",
  id: "20261118T020000Z",
  kind: "physical",
  startedAt: "2026-11-18T02:00:00.000Z",
  endedAt: "2026-11-18T02:03:20.000Z",
  server: {
    version: "15.18",
    system: "7",
    database: "yikatong",
    role: "backup",
    walSegmentBytes: 16_777_216,
  },
  standbys: 1,
  schema: null,
  counts: [],
  wal: {
    timeline: 1,
    start: "0/2000028",
    end: "0/2000100",
    firstSegment: "000000010000000000000002",
  },
  content: {
    file: "base.tar.gz.sealed",
    bytes: 4_000,
    sm3: SM3,
    plainBytes: 9_000,
    checkedFiles: 12,
  },
  recipients: [SM3],
};

const DRILL: DrillRecord = {
  format: 1,
  product: "yikatong",
  kind: "restore_drill",
  id: "20261118T030000Z",
  by: "张工",
  startedAt: "2026-11-18T03:00:00.000Z",
  endedAt: "2026-11-18T03:00:09.000Z",
  backup: { id: BACKUP.id, endedAt: BACKUP.endedAt, sm3: SM3 },
  target: "latest",
  server: "15.18",
  schema: null,
  walSegments: 3,
  rtoSeconds: 4.2,
  rpoSeconds: 0,
  checkSeconds: 1,
  counts: [{ table: "audit_event", backedUp: 10, live: 12, restored: 11 }],
  ledger: { days: 62, differences: [] },
  audit: { links: 11, checkpoints: 1, faults: [], tagsChecked: true },
  keysFit: true,
  verdict: "passed",
  reasons: [],
};

Deno.test("terminals that went stand in a pack with what they signed, lost ones against it", async () => {
  await using world = await openWorld();
  const { audit, platform } = world.services;
  const keys = testLineKeys();
  const retire = async (number: string, method: DecommissionStatement["method"]) => {
    const terminal = await findTerminal(platform, { number });
    assert.ok(terminal);
    const statement: DecommissionStatement = {
      format: 1,
      product: "yikatong",
      kind: "decommission_statement",
      id: world.id(),
      terminalId: terminal.id,
      terminalNumber: number,
      method,
      operator: "张工",
      witness: "李工",
      reason: "到期更换",
      statedAt: world.clock.now().toISOString(),
    };
    await retireTerminal({ ...platform, audit, keys }, {
      ...statement,
      terminal,
      certificate: JSON.stringify(statement),
      signature: null,
      actor: shellActor("张工"),
      from: ["active"],
    });
  };
  const verdict = async () => {
    const files = await unpack(await packOf(world, DAYS));
    return { files, clause: clauseOf(indexOf(files), "L3-CES1-33") };
  };
  await retire("0001", "physically_destroyed");
  world.clock.advance(2 * DAY_MS);
  const { files, clause } = await verdict();
  assert.match(clause.reasons.join(), /期内撤走的终端都有清除或物理销毁的证明/);
  assert.match(textOf(files, "E-19-terminals.csv"), /^0001,[^,]+,存储已物理销毁（两人声明）,/m);
  const [path] = [...files.keys()].filter((name) => name.startsWith("E-19/terminal-"));
  const { record, countersignature } = JSON.parse(textOf(files, path ?? ""));
  assert.deepEqual([JSON.parse(record).terminalNumber, countersignature.length], ["0001", 128]);
  world.clock.advance(-2 * DAY_MS);
  await retire("0002", "lost");
  world.clock.advance(2 * DAY_MS);
  assert.match((await verdict()).clause.reasons.join(), /共 2，其中 1 台遗失，没有清除/);
});

Deno.test("backups and drills of the period stand in a pack, failed ones uncounted (R-SEC-17)", async () => {
  await using world = await openWorld();
  const { audit, platform } = world.services;
  const record = (events: readonly AuditEvent[]) =>
    platform.db.transaction().execute((tx) => audit.record(tx, shellActor("张工"), events));
  await record([
    notMadeEvent("physical", { reason: "failed", endedAt: world.clock.now() }),
    madeEvent(BACKUP),
    drilledEvent(DRILL, SM3),
    drilledEvent({ ...DRILL, verdict: "failed", keysFit: false, reasons: ["x"] }, SM3),
  ]);
  world.clock.advance(2 * DAY_MS);
  const files = await unpack(await packOf(world, DAYS));
  const index = indexOf(files);
  const { backups, standbys, restoreDrills } = index.facts;
  assert.deepEqual([backups, standbys, restoreDrills], [1, 1, 1]);
  assert.equal(clauseOf(index, "L3-CES1-29").verdict, "met");
  assert.equal(clauseOf(index, "L3-CES1-30").verdict, "met");
  const made = textOf(files, "E-08-backups.csv");
  assert.match(
    made,
    new RegExp(`^${BACKUP.id},[^,]+,2026-11-18[^,]+,物理,成功,200,4000,${SM3},12,1,张工`, "m"),
  );
  assert.match(made, /^,[^,]+,[^,]+,物理,失败,,,,,,张工/m);
  const drills = textOf(files, "E-09-restore-drills.csv");
  assert.match(drills, /,latest,通过,4\.2,0,11,1,0,11,0,[^,]+,5a/);
  assert.match(drills, /,latest,没有通过,/);
});
