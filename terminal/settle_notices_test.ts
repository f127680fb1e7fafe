import assert from "node:assert/strict";
import { SimulatedInsuranceTerminal } from "../sandbox/devices/insurance_terminal.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { Background } from "./background.ts";
import type { TerminalNote } from "./device_notes.ts";
import { type AuthorisedFace, SettleNotices } from "./settle_notices.ts";

const NOW = new Date("2026-11-22T04:30:00Z");
const FACE: AuthorisedFace = {
  request: {
    callId: "K-1",
    orgId: "H44190000001",
    businessType: "01301",
    operatorId: "ZZ0001",
    operatorName: "自助机0001",
    officeId: "ZZFW",
    officeName: "自助服务",
  },
  authorisation: "AUTH-1",
  idNumber: "44190019520307001X",
  name: "陈测试",
  institutionName: "样例医院",
};
const OPEN: OrderView = {
  id: "o1",
  number: "0001-1",
  state: "settling",
  stage: "working",
  kind: "bills",
  title: "门诊缴费",
  settlement: "insurance",
  quote: {
    version: 1,
    totalFen: "12640",
    fundFen: "4879",
    accountFen: "2341",
    otherFen: "0",
    cashFen: "5420",
    accountBalanceFen: null,
  },
  tender: null,
  deadline: null,
  reason: null,
  cancellable: false,
  receipt: null,
};
const RETURNED: OrderView = { ...OPEN, state: "unwound", stage: "returned" };

Deno.test("SettleNotices tells once that a settlement came to nothing (R-BIL-16)", async () => {
  const rig = newRig();
  rig.notices.remember("i1", FACE);
  rig.notices.noteOrder("i1", OPEN);
  rig.notices.noteOrder("i1", RETURNED);
  rig.notices.noteOrder("i1", RETURNED);
  await rig.settled();
  const [told, ...more] = rig.device.told;
  assert.deepEqual([told?.callId, told?.settled, told?.totalFen], ["K-1", null, 12_640n]);
  assert.equal(more.length, 0);
  assert.deepEqual(rig.notes.map(({ kind }) => kind), ["settle_notice.told"]);
});

Deno.test("SettleNotices tells nothing of self-paid orders, other people, or before a price", async () => {
  const rig = newRig();
  rig.notices.remember("i1", FACE);
  for (
    const [id, view] of [["i1", { settlement: "self_pay" }], ["i2", {}], ["i1", {
      quote: null,
    }]] as const
  ) {
    rig.notices.noteOrder(id, { ...OPEN, ...view });
    rig.notices.noteOrder(id, { ...RETURNED, ...view });
  }
  await rig.settled();
  assert.equal(rig.device.told.length, 0);
});

Deno.test("SettleNotices tries again a few times, then lets it be", async () => {
  const rig = newRig();
  rig.notices.remember("i1", FACE);
  rig.notices.noteOrder("i1", OPEN);
  rig.device.setOnline(false);
  rig.notices.noteOrder("i1", RETURNED);
  await rig.settled();
  assert.deepEqual(rig.waits, [10_000, 60_000, 300_000]);
  assert.deepEqual(rig.notes.map(({ kind }) => kind), ["settle_notice.lost"]);
  const refusing = newRig();
  refusing.device.fail("refused");
  refusing.notices.remember("i1", FACE);
  refusing.notices.noteOrder("i1", OPEN);
  refusing.notices.noteOrder("i1", RETURNED);
  await refusing.settled();
  assert.deepEqual(refusing.waits, []);
  assert.deepEqual(refusing.notes.map(({ kind }) => kind), ["settle_notice.refused"]);
});

Deno.test("SettleNotices forgets a patient who went, once nothing of his is open", async () => {
  const rig = newRig();
  rig.notices.remember("i1", FACE);
  rig.notices.remember("i2", FACE);
  rig.notices.noteOrder("i1", OPEN);
  rig.notices.leave();
  rig.notices.noteOrder("i2", { ...OPEN, id: "o2" });
  rig.notices.noteOrder("i2", { ...RETURNED, id: "o2" });
  rig.notices.noteOrder("i1", RETURNED);
  rig.notices.noteOrder("i1", { ...OPEN, id: "o3" });
  rig.notices.noteOrder("i1", { ...RETURNED, id: "o3" });
  await rig.settled();
  assert.equal(rig.device.told.length, 1, "of the order that was open alone");
});

function newRig() {
  const device = new SimulatedInsuranceTerminal({
    pause: () => Promise.resolve(),
    callTakesMs: 0,
    findPerson: () => null,
  });
  const waits: number[] = [];
  const notes: TerminalNote[] = [];
  const pause = (ms: number) => Promise.resolve(void waits.push(ms));
  const background = new Background(SILENT_LOG, pause);
  const tasks: Promise<void>[] = [];
  const notices = new SettleNotices({
    terminal: device,
    clock: { now: () => NOW },
    pause,
    background: {
      run: (what, work) =>
        background.run(what, (signal) => {
          const task = work(signal);
          tasks.push(task);
          return task;
        }),
    },
    note: (note) => void notes.push(note),
  });
  return { device, notices, notes, waits, settled: () => Promise.all(tasks) };
}
