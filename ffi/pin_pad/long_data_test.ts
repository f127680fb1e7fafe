/** What a pad does piece by piece is what it would do at once: compared with crypto/ (R-DEV-11). */
import assert from "node:assert/strict";
import { desDecrypt, desEncrypt } from "../../crypto/des.ts";
import { computeMac, type MacMethod } from "../../crypto/mac.ts";
import { sm4Decrypt, sm4Encrypt } from "../../crypto/sm4.ts";
import { MAKES, wiredRig } from "../../sandbox/devices/pin_pad/testing/rigs.ts";
import type { PinPadAlgorithm, PinPadMacMethod } from "./contract.ts";
import { failed, KEY, loadWork, patiently, valueOf, WORK_SLOT } from "./testing/requests.ts";

/** About the limits of the makes: 240, 512, 2048 bytes a command. */
const LENGTHS = [1, 7, 8, 9, 16, 239, 240, 241, 249, 512, 513, 1040, 2047, 2048, 2049, 2064, 4096];

const EXPECTED: Readonly<
  Record<PinPadMacMethod, { readonly method: MacMethod; readonly key: Uint8Array }>
> = {
  x9_9: { method: "des_x9_9", key: KEY.slice(0, 8) },
  x9_19: { method: "tdes_x9_19", key: KEY },
  unionpay_ecb: { method: "tdes_unionpay_ecb", key: KEY },
  sm4_cbc: { method: "sm4_cbc", key: KEY },
};

for (const [make, { simulate, open }] of Object.entries(MAKES)) {
  Deno.test(`${make}: MACs of data longer than the pad takes at once`, async () => {
    await using rig = await wiredRig(simulate(), open);
    for (const method of rig.pad.capabilities.macMethods) {
      await loadWork(rig.pad, "mac", method === "sm4_cbc" ? "sm4" : "tdes");
      for (const length of LENGTHS) {
        const data = dataOf(length);
        const mac = await rig.pad.mac({ slot: WORK_SLOT, method, data }, patiently());
        const expected = EXPECTED[method];
        const wanted = computeMac(expected.method, expected.key, data);
        assert.equal(valueOf(mac).toHex(), wanted.toHex(), `${method} of ${length} bytes`);
      }
    }
  });

  Deno.test(`${make}: 2048 bytes and more, ECB and CBC (R-DEV-09)`, async () => {
    await using rig = await wiredRig(simulate(), open);
    for (const algorithm of rig.pad.capabilities.algorithms) {
      await loadWork(rig.pad, "data", algorithm);
      for (const length of [16, 240, 256, 512, 528, 1024, 1040, 2048, 2064]) {
        for (const withIv of [false, true]) {
          for (const direction of ["encrypt", "decrypt"] as const) {
            const how = {
              direction,
              data: dataOf(length),
              ...(withIv ? { iv: ivOf(algorithm) } : {}),
            };
            const completion = await rig.pad.encrypt(
              { slot: WORK_SLOT, algorithm, ...how },
              patiently(),
            );
            const wanted = cryptWhole(algorithm, how);
            const name = `${algorithm} ${direction} of ${length} bytes, IV ${withIv}`;
            assert.equal(valueOf(completion).toHex(), wanted.toHex(), name);
          }
        }
      }
    }
  });

  Deno.test(`${make}: a single-DES key is for X9.9 alone`, async () => {
    await using rig = await wiredRig(simulate(), open);
    await loadWork(rig.pad, "mac");
    const request = { slot: 6, algorithm: "tdes", under: 0 } as const;
    const key = desEncrypt({ mode: "ecb", key: KEY }, KEY.slice(0, 8));
    const checkValue = Uint8Array.fromHex("D5D44FF720683D0D");
    const asPinKey = { ...request, purpose: "pin", key } as const;
    assert.deepEqual(await rig.pad.loadKey(asPinKey, patiently()), failed("refused"));
    valueOf(await rig.pad.loadKey({ ...request, purpose: "mac", key, checkValue }, patiently()));
    const data = new TextEncoder().encode("02001234567890123456789012345678901234567890");
    const mac = await rig.pad.mac({ slot: 6, method: "x9_9", data }, patiently());
    assert.equal(valueOf(mac).toHex().toUpperCase(), "5CD46068097435C6");
    const retail = await rig.pad.mac({ slot: 6, method: "x9_19", data }, patiently());
    assert.deepEqual(retail, failed("wrong_key_purpose"));
  });
}

interface Cryption {
  readonly direction: "encrypt" | "decrypt";
  readonly data: Uint8Array;
  readonly iv?: Uint8Array;
}

function cryptWhole(algorithm: PinPadAlgorithm, { direction, data, iv }: Cryption): Uint8Array {
  const mode = iv ? { mode: "cbc", iv } as const : { mode: "ecb" } as const;
  if (algorithm === "sm4") {
    const options = { ...mode, key: KEY, padding: "none" } as const;
    return direction === "encrypt" ? sm4Encrypt(options, data) : sm4Decrypt(options, data);
  }
  const options = { ...mode, key: KEY };
  return direction === "encrypt" ? desEncrypt(options, data) : desDecrypt(options, data);
}

function dataOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at * 31 + (at >> 8));
}

function ivOf(algorithm: PinPadAlgorithm): Uint8Array {
  return Uint8Array.from({ length: algorithm === "sm4" ? 16 : 8 }, (_, at) => 0xa0 + at);
}
