import assert from "node:assert/strict";
import { parseDeviceStore, writeDeviceStore } from "../../cli/sdf/device_store.ts";
import {
  cipherFrom,
  describeDevice,
  DEVICE_INFO_BYTES,
  pointOf,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  signatureOf,
} from "../../ffi/sdf/structs.ts";
import { StartError } from "../../cli/command.ts";
import { parseSdfProfile } from "../../ffi/sdf/sdf_profile.ts";
import { seededRandom } from "../random.ts";
import { sampleBytes, sampleLength } from "../sample_bytes.ts";

/** Whatever a device or a file holds, it is taken as what it is or refused. */

const INPUTS = 100_000;
const random = seededRandom(20180609);

Deno.test(`structures of a device: ${INPUTS} malformed inputs of each`, () => {
  let taken = 0;
  for (let input = 0; input < INPUTS; input++) {
    const key = sparse(PUBLIC_KEY_BYTES);
    if (random() < 0.5) new DataView(key.buffer).setUint32(0, 256, true);
    const point = attempt(() => pointOf(key));
    if (point) assert.deepEqual([point.length, point[0]], [65, 4]);
    const signature = attempt(() => signatureOf(sparse(SIGNATURE_BYTES)));
    if (signature) assert.equal(signature.length, 64);
    if (point || signature) taken++;
    assert.doesNotMatch(describeDevice(sampleBytes(random, DEVICE_INFO_BYTES)), /\p{Cc}/u);
    const length = sampleLength(random, 300);
    const packed = attempt(() => cipherFrom(sampleBytes(random, length)));
    assert.equal(packed !== null, length > 97);
  }
  assert.ok(taken > 0 && taken < INPUTS, `${taken} taken`);
});

Deno.test(`SDF profiles: ${INPUTS} malformed inputs`, () => {
  const good = `name = "x"\nkekIndex = 1\nhmac = true\n[algorithms]\nsm4Ecb = 0x2001\n` +
    `[[keys]]\nlabel = "a"\nusage = "sign"\nindex = 1\n`;
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    const text = new TextDecoder().decode(mutated(new TextEncoder().encode(good)));
    try {
      const profile = parseSdfProfile(text, "p");
      assert.ok(profile.sessions >= 1 && profile.sessions <= 64);
    } catch (error) {
      assert.ok(error instanceof Error && error.message.startsWith('Cannot use SDF profile "p"'));
      refused++;
    }
  }
  assert.ok(refused > INPUTS / 4 && refused < INPUTS, `${refused} refused`);
});

Deno.test(`files of device keys: ${INPUTS} malformed files`, () => {
  const good = writeDeviceStore([{
    id: "00112233445566778899aabbccddeeff",
    label: "column-data",
    version: 1,
    algorithm: "sm4",
    usage: "data",
    leaves: "never",
    createdAt: "2026-11-22T08:00:00.000Z",
    bytes: new Uint8Array(48),
  }]);
  assert.equal(parseDeviceStore(good, "f").length, 1);
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    try {
      parseDeviceStore(mutated(good), "f");
    } catch (error) {
      assert.ok(error instanceof StartError, String(error));
      refused++;
    }
  }
  assert.ok(refused > INPUTS / 4 && refused < INPUTS, `${refused} refused`);
});

/** Mostly zeros, as right-aligned numbers are. */
function sparse(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let left = sampleLength(random, 3); left > 0; left--) {
    bytes[sampleLength(random, length - 1)] = sampleLength(random, 255);
  }
  return bytes;
}

function mutated(good: Uint8Array): Uint8Array {
  const bytes = good.slice();
  for (let left = sampleLength(random, 2); left > 0; left--) {
    bytes[sampleLength(random, bytes.length - 1)] = 32 + sampleLength(random, 94);
  }
  return random() < 0.1 ? bytes.subarray(0, sampleLength(random, bytes.length)) : bytes;
}

/** Null for what is refused as it should be. */
function attempt<Value>(action: () => Value): Value | null {
  try {
    return action();
  } catch (error) {
    assert.ok(error instanceof RangeError, String(error));
    return null;
  }
}
