import assert from "node:assert/strict";
import {
  type EcBehaviour,
  INSURANCE_TERMINAL_CHECKS,
  type InsuranceTerminalRig,
} from "../../ffi/conformance/insurance_terminal.ts";
import type { CommandOptions } from "../../ffi/contract.ts";
import { openHeaSecReader } from "../../ffi/insurance_terminal/hea_sec_reader.ts";
import { openInsuranceTerminal } from "../../ffi/insurance_terminal/insurance_terminal.ts";
import type { VendorAnswer } from "../../sandbox/devices/vendor/script.ts";
import { shippedProfile } from "../shipped_profile.ts";
import { openVendorBench, openVendorRig, until, type VendorRig } from "../vendor.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());

const URL = "https://gateway.example/localcfc/api/hsecfc/localQrCodeQuery";
const REQUEST = {
  callId: "KSK0317-20260312-000457",
  orgId: "H44190012345",
  businessType: "01301",
  operatorId: "ZZ0317",
  operatorName: "自助机0317",
  officeId: "0301",
  officeName: "全科医疗科",
};
const PERSON = {
  authNo: "AUTH-SAMPLE-1",
  idNo: "441900199001010011",
  userName: "样例珅",
  ecToken: "ECTOKEN-SAMPLE-0002",
  insuOrg: "441900",
};
const PATIENTLY: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };
const OK: Readonly<Record<string, VendorAnswer>> = {
  "*": { out: JSON.stringify({ code: 0, message: "成功", data: PERSON }) },
  "cn.nhsa.ec.auth": {
    out: JSON.stringify({
      code: 0,
      data: JSON.stringify({ authNo: PERSON.authNo, outBizNo: "@outBizNo@", extData: {} }),
    }),
  },
};
const BEHAVIOURS: Readonly<Record<EcBehaviour, Readonly<Record<string, VendorAnswer>>>> = {
  ok: OK,
  refuse: { "*": { out: '{"code":"1001","message":"该人员未激活医保电子凭证"}' } },
  cancel: { "*": { out: '{"code":-2,"message":"用户取消"}' } },
  rubbish: { "*": { out: '{"code":0,"data":{"idNo":"44' } },
  hang: { "*": { end: "hang" } },
};

for (const [behaviour, check] of Object.entries(INSURANCE_TERMINAL_CHECKS)) {
  Deno.test(`insurance terminal in C: ${behaviour}`, { ignore: !bench }, async () => {
    await using rig = await openEcRig();
    await check(conformanceRig(rig));
  });
}

Deno.test("a terminal's library that crashes or overruns is back for the next patient", {
  ignore: !bench,
}, async () => {
  await using rig = await openEcRig();
  await using terminal = openInsuranceTerminal({ library: rig.library, url: URL });
  for (const trouble of [{ end: "crash" }, { writeBytes: 30_000 }, { end: "abort" }] as const) {
    await rig.script({ "*": trouble });
    assert.deepEqual(await terminal.authoriseFace(REQUEST, PATIENTLY), {
      kind: "failed",
      reason: "hardware_error",
    });
    await rig.script(OK);
    await rig.up();
    assert.equal((await terminal.authoriseFace(REQUEST, PATIENTLY)).kind, "done");
  }
  assert.ok(rig.troubles.every((story) => !story.includes(PERSON.idNo)));
});

Deno.test("a library that does not return 0000 did not work", { ignore: !bench }, async () => {
  await using rig = await openEcRig();
  await using terminal = openInsuranceTerminal({ library: rig.library, url: URL });
  await rig.script({ "*": { code: -1, out: JSON.stringify({ code: 0, data: PERSON }) } });
  assert.deepEqual(await terminal.decodeVoucher({ ...REQUEST, code: "28" }, PATIENTLY), {
    kind: "failed",
    reason: "hardware_error",
  });
});

Deno.test("HeaSecReadInfo in C: Init runs once, cards, persons and PINs", {
  ignore: !bench,
}, async () => {
  const card = "441900|441900199001010011|X00000019|441900D15600000500BF7C7A48FB4966|赵珅|" +
    "00814E43238697159900BF7C7A|3.00|20201001|20301001|441900813475|KSK0317|";
  const idCard = "赵珅|男|汉|19900101|样例路1号|441900199001010011|20100101|长期|样例公安局";
  const { insuranceTerminal } = bench?.libraries ?? { insuranceTerminal: "" };
  await using rig = await openVendorRig({
    profile: await shippedProfile("hea_sec", insuranceTerminal),
    answers: { ReadCardBas: { out: card }, ReadSFZ: { out: idCard }, GetPersonInfo: { out: "{}" } },
  });
  const reader = openHeaSecReader({ library: rig.library });
  await rig.up();
  const read = await reader.readCard("contact", PATIENTLY);
  assert.equal(read.kind === "done" && read.value.name, "赵珅");
  const found = await reader.readIdCard(PATIENTLY);
  assert.equal(found.kind === "done" && found.value.validUntil, "长期");
  assert.deepEqual(await reader.personInfo("{}", PATIENTLY), { kind: "done", value: "{}" });
  await rig.script({ "*": { code: -2 }, VerifyPIN: { code: -51 } });
  assert.deepEqual(await reader.readCard("contact", PATIENTLY), {
    kind: "failed",
    reason: "no_card",
  });
  assert.deepEqual(await reader.verifyPin("contact", PATIENTLY), {
    kind: "done",
    value: { kind: "wrong", triesLeft: null },
  });
  const calls = await rig.calls();
  assert.equal(calls.filter((call) => call.startsWith("Init ")).length, 1);
});

async function openEcRig(): Promise<VendorRig> {
  const { insuranceTerminal } = bench?.libraries ?? { insuranceTerminal: "" };
  const profile = await shippedProfile("nation_ec", insuranceTerminal);
  const rig = await openVendorRig({ profile, answers: OK });
  await rig.up();
  return rig;
}

function conformanceRig(rig: VendorRig): InsuranceTerminalRig {
  return {
    terminal: openInsuranceTerminal({ library: rig.library, url: URL }),
    behave: (behaviour) => rig.script(BEHAVIOURS[behaviour]),
    hanging: () => until(async () => (await rig.calls()).length > 0),
    recovered: () => rig.up(),
  };
}
