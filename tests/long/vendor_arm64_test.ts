/** Vendor libraries compiled for arm64, in an emulated host process of a kiosk that is not. */
import assert from "node:assert/strict";
import type { CommandOptions } from "../../ffi/contract.ts";
import { emulatedDeno } from "../../tools/arm64/emulate.ts";
import { prepareArm64 } from "../../tools/arm64/pieces.ts";
import { PiecesMissing } from "../../tools/arm64/pieces_missing.ts";
import { say } from "../../tools/say.ts";
import { ROOT } from "../../tools/source_files.ts";
import { openVendorBench, openVendorRig, type RigOptions, type VendorRig } from "../vendor.ts";
import { cardProfile, troubleProfile } from "../vendor_profiles.ts";

/** Found on the boards that terminals are built on. */
const CPU = "cortex-a72";
/** Five of them missing end a process; an emulated one is slow to say the first. */
const HEARTBEAT_MS = 5_000;

Deno.test("vendor libraries of arm64 are called, crash and overrun as others do", async () => {
  const command = await findHostCommand();
  await using bench = command && await openVendorBench("aarch64");
  if (!bench) return await say("NOT RUN on arm64: vendor libraries, expected a cross compiler");
  const { libraries } = bench;
  await check(checkKinds, { command, profile: slow(troubleProfile(libraries.trouble)) });
  await check(checkTroubles, {
    command,
    profile: slow(cardProfile(libraries.socialSecurityCard)),
  });
});

/** One emulated process after the other. */
async function check(what: (rig: VendorRig) => Promise<void>, options: RigOptions) {
  await using rig = await openVendorRig({ ...options, heartbeatMs: HEARTBEAT_MS });
  await what(rig);
}

async function checkKinds({ library }: VendorRig): Promise<void> {
  const mixed = { a: -300, b: -70_000, c: 200, d: 100_000 };
  assert.deepEqual(await library.call("mix", mixed, patiently()), {
    kind: "returned",
    succeeded: true,
    code: 0x9f,
    outputs: { sum: 29_900 },
  });
  const bytes = Uint8Array.of(1, 2, 0, 255);
  const turned = await library.call("turn", { bytes }, patiently());
  assert.deepEqual(turned.kind === "returned" && turned.outputs, { turned: bytes.toReversed() });
  const text = await library.call("text", { which: 1 }, patiently());
  assert.deepEqual(text.kind === "returned" && text.outputs, { said: "0000" });
}

async function checkTroubles(rig: VendorRig): Promise<void> {
  await rig.script({ iReadCardBas: { code: -2201, hasGarbage: true, out: "王珅|㐀𠮷|" } });
  const read = await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(read, {
    kind: "returned",
    succeeded: false,
    code: -2201,
    outputs: { information: "王珅|㐀𠮷|" },
  });
  await rig.script({ iReadCardBas: { end: "crash" } });
  const crashed = await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(crashed, { kind: "lost", reason: "crashed" });
  await rig.script({ iReadCardBas: { writeBytes: 4_097 } });
  const overrun = await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(overrun, { kind: "lost", reason: "overrun" });
}

async function findHostCommand(): Promise<string[] | null> {
  try {
    const host = new URL("tests/device_host.ts", ROOT).pathname;
    const config = ["-c", new URL("deno.json", ROOT).pathname];
    return emulatedDeno(await prepareArm64(), CPU, ["run", "-A", ...config, host]);
  } catch (thrown) {
    if (!(thrown instanceof PiecesMissing)) throw thrown;
    await say(`NOT RUN on arm64: ${thrown.message}`);
    return null;
  }
}

/** Each machine instruction is translated first. */
function slow(profile: string): string {
  return profile.replaceAll(/deadlineMs = [\d_]+/g, "deadlineMs = 60_000");
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 120_000 };
}
