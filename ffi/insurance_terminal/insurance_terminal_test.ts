import assert from "node:assert/strict";
import {
  type EcBehaviour,
  INSURANCE_TERMINAL_CHECKS,
  type InsuranceTerminalRig,
} from "../conformance/insurance_terminal.ts";
import { ScriptedLibrary } from "../conformance/scripted_library.ts";
import type { CommandOptions } from "../contract.ts";
import type { VendorReply, VendorValue } from "../vendor/contract.ts";
import type { EcTransaction } from "./contract.ts";
import { openInsuranceTerminal } from "./insurance_terminal.ts";

const URL = "https://gateway.example/localcfc/api/hsecfc/localQrCodeQuery";
const REQUEST: EcTransaction = {
  callId: "KSK0317-20260312-000457",
  orgId: "H44190012345",
  businessType: "01301",
  operatorId: "ZZ0317",
  operatorName: "自助机0317",
  officeId: "0301",
  officeName: "全科医疗科",
};
const PERSON = {
  idNo: "441900199001010011",
  idType: "01",
  userName: "样例甲",
  ecToken: "ECTOKEN-SAMPLE-0002",
  insuOrg: "441900",
  ecIndexNo: "EI-1",
};
const patiently: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };

for (const [behaviour, check] of Object.entries(INSURANCE_TERMINAL_CHECKS)) {
  Deno.test(`insurance terminal over a library: ${behaviour}`, () => check(libraryRig()));
}

Deno.test("authoriseFace() asks twice, with a number of its own each time", async () => {
  const library = new ScriptedLibrary((_, inputs) => answerOf("ok", inputs));
  const completion = await openInsuranceTerminal({ library, url: URL })
    .authoriseFace(REQUEST, patiently);
  assert.equal(completion.kind, "done");
  const requests = library.calls.map(({ inputs }) => JSON.parse(String(inputs.request)));
  assert.deepEqual(requests.map(({ transType }) => transType), [
    "cn.nhsa.ec.auth",
    "cn.nhsa.auth.check",
  ]);
  assert.equal(requests[1].data.authNo, "AUTH-SAMPLE-1");
  assert.notEqual(requests[0].data.outBizNo, requests[1].data.outBizNo);
  assert.equal(requests[0].data.operatorName, "自助机0317");
  assert.equal(library.calls[0]?.inputs.url, URL);
});

Deno.test("notifySettlement() names the authorisation and its call (R-BIL-16)", async () => {
  const library = new ScriptedLibrary((_, inputs) => answerOf("ok", inputs));
  const terminal = openInsuranceTerminal({ library, url: URL });
  const settlement = {
    authorisation: "AUTH-SAMPLE-1",
    idNumber: PERSON.idNo,
    name: PERSON.userName,
    use: "settle",
    totalFen: 12_640n,
    institutionName: "样例医院",
    time: "2026-03-12 09:30:15",
    settled: { number: "S1", cashFen: 5_420n, fundFen: 4_879n, accountFen: 2_341n },
  } as const;
  await terminal.notifySettlement({ ...REQUEST, settlement }, patiently);
  const none = { ...settlement, settled: null };
  await terminal.notifySettlement({ ...REQUEST, settlement: none }, patiently);
  const [told, failed] = library.calls.map(({ inputs }) => JSON.parse(String(inputs.request)));
  const { callId: outBizNo, businessType: _, ...desk } = REQUEST;
  const common = {
    ...desk,
    outBizNo,
    authNo: "AUTH-SAMPLE-1",
    bizType: "settle",
    idNo: PERSON.idNo,
    userName: PERSON.userName,
    totalFee: "126.40",
    setlTime: "2026-03-12 09:30:15",
    hospitalName: "样例医院",
  };
  assert.equal(told.transType, "cn.nhsa.settle.notify");
  assert.deepEqual(told.data, {
    ...common,
    medicalSettleState: "SUCCESS",
    medicalSettleNo: "S1",
    ownAmt: "54.20",
    hifAmt: "48.79",
    acctAmt: "23.41",
  });
  assert.deepEqual(failed.data, { ...common, medicalSettleState: "FAIL" });
});

Deno.test("data as an object or as a text, code as a number or a text read the same", async () => {
  for (
    const response of [
      JSON.stringify({ code: "0", data: PERSON }),
      JSON.stringify({ code: 0, data: JSON.stringify(PERSON), orgId: "H44190012345" }),
    ]
  ) {
    const library = new ScriptedLibrary(() => returned(response));
    const completion = await openInsuranceTerminal({ library, url: URL })
      .decodeVoucher({ ...REQUEST, code: "28000" }, patiently);
    assert.deepEqual(completion, {
      kind: "done",
      value: {
        idNumber: PERSON.idNo,
        name: "样例甲",
        token: PERSON.ecToken,
        region: "441900",
      },
    });
  }
});

Deno.test("an answer to another call or authorisation is not believed", async () => {
  for (const wrong of ["outBizNo", "authNo"] as const) {
    const library = new ScriptedLibrary((_, inputs) => {
      const { transType, data } = JSON.parse(String(inputs.request));
      if (transType === "cn.nhsa.ec.auth") {
        const outBizNo = wrong === "outBizNo" ? "another" : data.outBizNo;
        return returned(JSON.stringify({ code: 0, data: { authNo: "A1", outBizNo } }));
      }
      return returned(JSON.stringify({ code: 0, data: { ...PERSON, authNo: "A2" } }));
    });
    assert.deepEqual(
      await openInsuranceTerminal({ library, url: URL }).authoriseFace(REQUEST, patiently),
      { kind: "failed", reason: "unreadable" },
    );
  }
});

Deno.test("what happens to the library's process is an answer, and its status is told", async () => {
  const reasons = { crashed: "hardware_error", overrun: "hardware_error", offline: "offline" };
  for (const loss of ["crashed", "overrun", "offline"] as const) {
    const library = new ScriptedLibrary(() => ({ kind: "lost", reason: loss }));
    await using terminal = openInsuranceTerminal({ library, url: URL });
    assert.deepEqual(await terminal.authoriseFace(REQUEST, patiently), {
      kind: "failed",
      reason: reasons[loss],
    });
    let told = 0;
    terminal.subscribe(() => void told++);
    library.setOnline(false);
    assert.equal((await terminal.status()).device, "offline");
    assert.equal(told, 1);
    const { length } = library.calls;
    assert.equal((await terminal.authoriseFace(REQUEST, patiently)).kind, "failed");
    assert.equal(library.calls.length, length);
  }
});

Deno.test("a library that answers anything but 0000 did not work, whatever it wrote", async () => {
  const library = new ScriptedLibrary(() => ({ ...returned('{"code":0}'), succeeded: false }));
  assert.deepEqual(
    await openInsuranceTerminal({ library, url: URL }).authoriseFace(REQUEST, patiently),
    { kind: "failed", reason: "hardware_error" },
  );
});

Deno.test("a code that is none is unreadable, and nobody is asked", async () => {
  const library = new ScriptedLibrary((_, inputs) => answerOf("ok", inputs));
  const terminal = openInsuranceTerminal({ library, url: URL });
  for (const code of ["", "1".repeat(4_097)]) {
    assert.deepEqual(await terminal.decodeVoucher({ ...REQUEST, code }, patiently), {
      kind: "failed",
      reason: "unreadable",
    });
  }
  assert.equal(library.calls.length, 0);
});

Deno.test("a library of another device is refused at the start", () => {
  const library = new ScriptedLibrary(() => null, ["NationEcTrans"]);
  assert.throws(
    () => openInsuranceTerminal({ library, url: URL }),
    /Cannot use library "scripted": no NationEcTrans in its profile/,
  );
});

Deno.test("a request that is none throws before anything is asked, naming fields alone", async () => {
  const library = new ScriptedLibrary((_, inputs) => answerOf("ok", inputs));
  const terminal = openInsuranceTerminal({ library, url: URL });
  await assert.rejects(
    terminal.authoriseFace({ ...REQUEST, callId: "不行", officeName: "" }, patiently),
    (error: Error) => /callId, officeName/.test(error.message) && !error.message.includes("不行"),
  );
  const secret = { ...REQUEST, token: "T", amountFen: 0n };
  await assert.rejects(terminal.checkSecret(secret, patiently), RangeError);
  assert.equal(library.calls.length, 0);
});

function libraryRig(): InsuranceTerminalRig {
  let behaviour: EcBehaviour = "ok";
  const library = new ScriptedLibrary((_, inputs) => answerOf(behaviour, inputs));
  return {
    terminal: openInsuranceTerminal({ library, url: URL }),
    behave: (next) => void (behaviour = next),
    hanging: () => library.hanging(),
    recovered: () => Promise.resolve(),
  };
}

function answerOf(
  behaviour: EcBehaviour,
  inputs: Readonly<Record<string, VendorValue>>,
): VendorReply | null {
  const { data, transType } = JSON.parse(String(inputs.request));
  switch (behaviour) {
    case "hang":
      return null;
    case "refuse":
      return returned('{"code":"1001","message":"该人员未激活医保电子凭证"}');
    case "cancel":
      return returned('{"code":-2,"message":"用户取消"}');
    case "rubbish":
      return returned('{"code":0,"data":{"idNo":"44');
    case "ok": {
      const authorisation = { authNo: "AUTH-SAMPLE-1", outBizNo: data.outBizNo };
      const answer = transType === "cn.nhsa.ec.auth" ? authorisation : PERSON;
      return returned(JSON.stringify({ code: 0, message: "成功", data: answer }));
    }
  }
}

function returned(response: string): VendorReply {
  return { kind: "returned", succeeded: true, code: null, outputs: { response } };
}
