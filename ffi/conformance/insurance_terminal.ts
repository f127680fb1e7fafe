import assert from "node:assert/strict";
import type { CommandOptions } from "../contract.ts";
import type { EcTransaction, InsuranceTerminal } from "../insurance_terminal/contract.ts";

/** What the terminal (or the platform behind it) does with the next calls. */
export type EcBehaviour = "ok" | "refuse" | "cancel" | "rubbish" | "hang";

export interface InsuranceTerminalRig {
  readonly terminal: InsuranceTerminal;
  behave(behaviour: EcBehaviour): void | Promise<void>;
  /** Resolves when a call that hangs was begun. */
  hanging(): Promise<void>;
  /** Resolves when the terminal works again after a call was given up. */
  recovered(): Promise<void>;
}

type Check = (rig: InsuranceTerminalRig) => Promise<void>;

const REQUEST: EcTransaction = {
  callId: "KSK0317-20260312-000457",
  orgId: "H44190012345",
  businessType: "01301",
  operatorId: "ZZ0317",
  operatorName: "自助机0317",
  officeId: "0301",
  officeName: "全科医疗科",
};
const VOUCHER = { ...REQUEST, code: "28" + "0".repeat(26) };
const NOTICE = {
  ...REQUEST,
  settlement: {
    authorisation: "AUTH-SAMPLE-1",
    idNumber: "441900199001010011",
    name: "样例甲",
    use: "settle",
    totalFen: 12_640n,
    institutionName: "样例医院",
    time: "2026-03-12 09:30:15",
    settled: { number: "S1", cashFen: 5_420n, fundFen: 4_879n, accountFen: 2_341n },
  },
} as const;
const SECRET = { ...REQUEST, token: "ECTOKEN-SAMPLE-0002", amountFen: 12_640n };

/** What every insurance terminal must do; each check wants a rig of its own. */
export const INSURANCE_TERMINAL_CHECKS: Readonly<Record<string, Check>> = {
  "a voucher, a face and the terminal's own scanner give person, token and region": async (rig) => {
    for (
      const completion of [
        await rig.terminal.decodeVoucher(VOUCHER, patiently()),
        await rig.terminal.decodeVoucher({ ...REQUEST, code: null }, patiently()),
        await rig.terminal.authoriseFace(REQUEST, patiently()),
      ]
    ) {
      assert.equal(completion.kind, "done");
      if (completion.kind !== "done") return;
      assert.match(completion.value.idNumber, /^\d{17}[\dX]$/);
      assert.match(completion.value.region, /^\d{6}$/);
      assert.ok(completion.value.name.length > 0 && completion.value.token.length > 0);
    }
  },
  "the secret gives a token that pays": async (rig) => {
    const completion = await rig.terminal.checkSecret(SECRET, patiently());
    assert.equal(completion.kind, "done");
    assert.ok(completion.kind === "done" && completion.value.paymentToken.length > 0);
  },
  "the outcome of a settlement is taken, and of none too": async (rig) => {
    const done = { kind: "done", value: null };
    assert.deepEqual(await rig.terminal.notifySettlement(NOTICE, patiently()), done);
    const settlement = { ...NOTICE.settlement, settled: null };
    const none = { ...NOTICE, settlement };
    assert.deepEqual(await rig.terminal.notifySettlement(none, patiently()), done);
    await rig.behave("refuse");
    const refused = { kind: "failed", reason: "refused" };
    assert.deepEqual(await rig.terminal.notifySettlement(NOTICE, patiently()), refused);
  },
  "a refusal, a patient who gives up and a damaged answer are told apart": async (rig) => {
    const reasons = {
      refuse: "refused",
      cancel: "patient_cancelled",
      rubbish: "unreadable",
    } as const;
    for (const behaviour of ["refuse", "cancel", "rubbish"] as const) {
      await rig.behave(behaviour);
      const failed = { kind: "failed", reason: reasons[behaviour] };
      assert.deepEqual(await rig.terminal.decodeVoucher(VOUCHER, patiently()), failed);
      assert.deepEqual(await rig.terminal.authoriseFace(REQUEST, patiently()), failed);
      assert.deepEqual(await rig.terminal.checkSecret(SECRET, patiently()), failed);
    }
  },
  "a call ends as cancelled, a second one meanwhile is busy": async (rig) => {
    await rig.behave("hang");
    const stop = new AbortController();
    const first = rig.terminal.authoriseFace(REQUEST, { signal: stop.signal, timeoutMs: 60_000 });
    await rig.hanging();
    assert.deepEqual(await rig.terminal.decodeVoucher(VOUCHER, patiently()), {
      kind: "failed",
      reason: "busy",
    });
    stop.abort();
    assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
    await rig.behave("ok");
    await rig.recovered();
    assert.equal((await rig.terminal.status()).device, "online");
    assert.equal((await rig.terminal.authoriseFace(REQUEST, patiently())).kind, "done");
  },
  "a call that gets no answer ends as timeout": async (rig) => {
    await rig.behave("hang");
    const late = { signal: new AbortController().signal, timeoutMs: 50 };
    assert.deepEqual(await rig.terminal.decodeVoucher(VOUCHER, late), {
      kind: "failed",
      reason: "timeout",
    });
    await rig.behave("ok");
    await rig.recovered();
    assert.equal((await rig.terminal.decodeVoucher(VOUCHER, patiently())).kind, "done");
  },
  "reset() ends what is under way": async (rig) => {
    await rig.behave("hang");
    const first = rig.terminal.decodeVoucher(VOUCHER, patiently());
    await rig.hanging();
    await rig.terminal.reset(patiently());
    assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
  },
};

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
