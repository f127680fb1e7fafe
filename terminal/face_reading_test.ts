import assert from "node:assert/strict";
import type { EcTransaction } from "../ffi/insurance_terminal/contract.ts";
import { SimulatedInsuranceTerminal } from "../sandbox/devices/insurance_terminal.ts";
import type { FaceRequest } from "./contract.ts";
import { SETTINGS } from "./fake_platform.ts";
import { FaceReading } from "./face_reading.ts";

const NOW = new Date("2026-11-22T04:30:00Z");
const PERSON = { idNumber: "44190019520307001X", name: "陈测试", region: "441900" };
const FOR_BILLS: FaceRequest = { service: "pay", number: "001X" };

Deno.test("FaceReading gives whom the terminal named, with the token of the one use (R-BIL-16)", async () => {
  const { reading } = newRig();
  const read = await reading.read(FOR_BILLS);
  assert.ok(read.kind === "credential" && read.credential.kind === "insurance_face");
  const { token, ...rest } = read.credential;
  assert.deepEqual(rest, { kind: "insurance_face", ...PERSON });
  assert.match(token, /^SIMEC-/);
});

Deno.test("FaceReading asks for the use that the patient came for (R-PAY-08)", async () => {
  const { reading, asked } = newRig();
  for (const service of ["pay", "register", null] as const) {
    await reading.read({ ...FOR_BILLS, service });
  }
  assert.deepEqual(asked.map(({ businessType }) => businessType), ["01301", "01101", "01301"]);
  assert.equal(new Set(asked.map(({ callId }) => callId)).size, 3);
  assert.equal(asked[0]?.orgId, SETTINGS.institution.code);
});

Deno.test("FaceReading takes no face that the typed number is not of (R-IDN-08)", async () => {
  const { reading } = newRig();
  assert.deepEqual(await reading.read({ service: "pay", number: "0011" }), none("mismatch"));
  const all = newRig({ faceCheck: "all18" });
  assert.deepEqual(await all.reading.read(FOR_BILLS), none("mismatch"));
  const whole = await all.reading.read({ service: "pay", number: PERSON.idNumber });
  assert.equal(whole.kind, "credential");
  const free = newRig({ faceCheck: "none" });
  assert.equal((await free.reading.read({ service: "pay", number: null })).kind, "credential");
});

Deno.test("FaceReading does not go to the camera without the number that the setting wants", async () => {
  const { reading, asked } = newRig();
  assert.deepEqual(await reading.read({ service: "pay", number: null }), none("mismatch"));
  assert.equal(asked.length, 0);
});

Deno.test("FaceReading tells nobody, a refusal and a broken terminal apart", async () => {
  const { reading, device } = newRig();
  device.stand(null);
  assert.deepEqual(await reading.read(FOR_BILLS), none("nobody"));
  device.fail("refused");
  assert.deepEqual(await reading.read(FOR_BILLS), none("refused"));
  device.fail("unreadable");
  assert.deepEqual(await reading.read(FOR_BILLS), none("device_failed"));
  device.setOnline(false);
  assert.deepEqual(await reading.read(FOR_BILLS), none("device_failed"));
  const bare = new FaceReading({
    terminal: null,
    settings: { last: SETTINGS },
    clock: { now: () => NOW },
  });
  assert.deepEqual(await bare.read(FOR_BILLS), none("device_failed"));
});

Deno.test("FaceReading.stop() ends a face that nobody waits for any more", async () => {
  const { reading } = newRig({ isSlow: true });
  const read = reading.read(FOR_BILLS);
  reading.stop();
  assert.deepEqual(await read, none("nobody"));
});

function none(reason: string) {
  return { kind: "no_face", reason };
}

function newRig(
  { faceCheck = "last4", isSlow = false }: {
    readonly faceCheck?: "none" | "last4" | "all18";
    readonly isSlow?: boolean;
  } = {},
) {
  const device = new SimulatedInsuranceTerminal({
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        if (!isSlow) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      }),
    callTakesMs: 1,
    findPerson: () => null,
  });
  device.stand(PERSON);
  const asked: EcTransaction[] = [];
  const authorise = device.authoriseFace.bind(device);
  device.authoriseFace = (request, options) => {
    asked.push(request);
    return authorise(request, options);
  };
  const reading = new FaceReading({
    terminal: device,
    settings: { last: { ...SETTINGS, faceCheck } },
    clock: { now: () => NOW },
  });
  return { device, reading, asked };
}
