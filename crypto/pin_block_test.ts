import assert from "node:assert/strict";
import { seededRandom } from "../tests/random.ts";
import { desDecrypt, desEncrypt } from "./des.ts";
import {
  decryptPinBlock,
  encryptPinBlock,
  formatPinBlock,
  parsePinBlock,
  type PinBlockFormat,
  translatePinBlock,
} from "./pin_block.ts";
import { sm4Decrypt } from "./sm4.ts";

const KEY = Uint8Array.fromHex("0123456789ABCDEFFEDCBA9876543210");
const PAN = "6222021234567890123";
const FORMATS: readonly PinBlockFormat[] = ["iso9564_0", "iso9564_1", "iso9564_3", "sm4_16"];

Deno.test("formatPinBlock() makes the published blocks of format 0 (R-DEV-11)", () => {
  const own = { format: "iso9564_0", pin: "123456", pan: PAN } as const;
  assert.equal(hex(formatPinBlock(own)), "06122662A9876FED");
  assert.equal(hex(encryptPinBlock({ ...own, key: KEY })), "2A084C604973D4AE");
  const published = { format: "iso9564_0", pin: "123456", pan: "123456789012345678" } as const;
  assert.equal(hex(formatPinBlock(published)), "061253DFFEDCBA98");
});

Deno.test("formatPinBlock() makes the published SM4 block of 16 bytes (R-DEV-11, R-DEV-12)", () => {
  const master = Uint8Array.fromHex("1234567890ABCDEFABCDEF0987654321");
  const wrapped = Uint8Array.fromHex("3D66234C49E4296FF9C78D8BACBD6A76");
  const key = sm4Decrypt({ mode: "ecb", key: master, padding: "none" }, wrapped);
  assert.equal(hex(key), "F351D490994603795C6EBEE8FAEBB481");
  const published = { format: "sm4_16", pin: "123654", pan: "6230606601007726888" } as const;
  assert.equal(hex(formatPinBlock(published)), "06123654FFFFFFFFFFFF99FEFF88D977");
  assert.equal(hex(encryptPinBlock({ ...published, key })), "CD01D6AD8F0A484C52A9364A0595AD60");
  const own = { format: "sm4_16", pin: "123456", pan: PAN } as const;
  assert.equal(hex(formatPinBlock(own)), "06123456FFFFFFFFFFFFEDCBA9876FED");
});

Deno.test("formatPinBlock() fills format 1 with anything and format 3 with letters, each time anew", () => {
  const ones = new Set<string>();
  const threes = new Set<string>();
  const letters = new Map<string, number>();
  for (let round = 0; round < 500; round++) {
    const one = hex(formatPinBlock({ format: "iso9564_1", pin: "1234" }));
    assert.match(one, /^141234[0-9A-F]{10}$/);
    ones.add(one);
    const block = formatPinBlock({ format: "iso9564_3", pin: "1234", pan: "0000000000000" });
    const three = hex(block);
    assert.match(three, /^341234[A-F]{10}$/);
    threes.add(three);
    for (const letter of three.slice(6)) letters.set(letter, (letters.get(letter) ?? 0) + 1);
  }
  assert.ok(ones.size > 490 && threes.size > 490);
  // 5000 letters: 833 of each are expected, 20 % off is eight standard deviations.
  for (const letter of "ABCDEF") {
    const count = letters.get(letter) ?? 0;
    assert.ok(count > 667 && count < 1000, `${letter} came ${count} times`);
  }
});

Deno.test("parsePinBlock() reads every PIN that formatPinBlock() writes", () => {
  const random = seededRandom(9564);
  const digits = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 10)).join("");
  for (const format of FORMATS) {
    for (let length = 4; length <= 12; length++) {
      for (let panLength = 13; panLength <= 19; panLength++) {
        const options = { format, ...panOf(format, digits(panLength)) };
        const pin = text(digits(length));
        const block = formatPinBlock({ ...options, pin });
        assert.equal(block.length, format === "sm4_16" ? 16 : 8);
        assert.deepEqual(parsePinBlock(options, block), pin);
        const key = format === "sm4_16" ? KEY : Uint8Array.of(...KEY, 1, 3, 5, 7, 9, 11, 13, 17);
        const sealed = encryptPinBlock({ ...options, key, pin });
        assert.deepEqual(decryptPinBlock({ ...options, key }, sealed), pin);
      }
    }
  }
});

Deno.test("parsePinBlock() refuses a wrong control, length, digit or fill, all in the same words", () => {
  const zeros = "0000000000000";
  const refused: [PinBlockFormat, string][] = [
    ["iso9564_0", "141234FFFFFFFFFF"],
    ["iso9564_0", "03123FFFFFFFFFFF"],
    ["iso9564_0", "0D1234567890123F"],
    ["iso9564_0", "04123AFFFFFFFFFF"],
    ["iso9564_0", "041234FFFFFFFFFE"],
    ["iso9564_0", "041234EFFFFFFFFF"],
    ["iso9564_0", "0C123456789012EF"],
    ["iso9564_1", "0412340000000000"],
    ["iso9564_1", "1F12340000000000"],
    ["iso9564_1", "14123B0000000000"],
    ["iso9564_3", "041234ABCDEFABCD"],
    ["iso9564_3", "341234ABCDEFAB9D"],
    ["iso9564_3", "341234ABCDEFABC0"],
    ["iso9564_3", "33123AABCDEFABCD"],
    ["sm4_16", "141234FFFFFFFFFFFFFFFFFFFFFFFFFF"],
    ["sm4_16", "0312FFFFFFFFFFFFFFFFFFFFFFFFFFFF"],
    ["sm4_16", "04123CFFFFFFFFFFFFFFFFFFFFFFFFFF"],
    ["sm4_16", "041234FFFFFFFFFFFFFFFFFFFFFFFFF0"],
  ];
  for (const [format, block] of refused) {
    assert.throws(() => parsePinBlock({ format, ...panOf(format, zeros) }, bytes(block)), {
      name: "CryptoError",
      code: "bad_encoding",
      message: `Cannot read PIN block: expected ${format} under this key and account number`,
    }, block);
  }
  assert.deepEqual(
    parsePinBlock({ format: "iso9564_0", pan: zeros }, bytes("0C123456789012FF")),
    text("123456789012"),
  );
});

Deno.test("the account number guards a block: another PAN does not open it (R-DEV-11)", () => {
  for (const format of ["iso9564_0", "iso9564_3", "sm4_16"] as const) {
    const block = formatPinBlock({ format, pin: "123456", pan: "6222021239999999999" });
    assert.throws(() => parsePinBlock({ format, pan: "6222021230000000009" }, block), {
      code: "bad_encoding",
    });
  }
});

Deno.test("formatPinBlock() refuses what is no PIN and no PAN, without repeating it", () => {
  for (const pin of ["", "123", "1234567890123", "12 4", "12345６", "abcd", "-123", "12.5"]) {
    for (const form of [pin, text(pin)]) {
      assert.throws(() => formatPinBlock({ format: "iso9564_0", pin: form, pan: PAN }), {
        code: "invalid_argument",
        message: "Cannot use PIN: expected 4 to 12 ASCII digits",
      });
    }
  }
  const pin = "1234";
  for (
    const pan of [
      "",
      "123456789012",
      "12345678901234567890",
      "622202123456789012a",
      "６".repeat(16),
    ]
  ) {
    for (const format of ["iso9564_0", "iso9564_3", "sm4_16"] as const) {
      assert.throws(() => formatPinBlock({ format, pin, pan }), {
        code: "invalid_argument",
        message: `Cannot use PAN with ${format}: expected 13 to 19 digits`,
      });
    }
  }
  assert.throws(() => formatPinBlock({ format: "sm4_16", pin }), { code: "invalid_argument" });
  assert.throws(() => formatPinBlock({ format: "iso9564_1", pin, pan: PAN }), {
    code: "invalid_argument",
  });
  const format = "iso9564_4" as PinBlockFormat;
  assert.throws(() => formatPinBlock({ format, pin, pan: PAN }), { code: "unknown_mode" });
  const inherited = "constructor" as PinBlockFormat;
  assert.throws(() => parsePinBlock({ format: inherited }, KEY), { code: "unknown_mode" });
});

Deno.test("blocks and keys of the wrong length are refused", () => {
  for (const format of FORMATS) {
    const options = { format, ...panOf(format, PAN) };
    const right = format === "sm4_16" ? 16 : 8;
    for (const length of [0, 7, 8, 9, 15, 16, 17, 24].filter((length) => length !== right)) {
      const block = new Uint8Array(length);
      assert.throws(() => parsePinBlock(options, block), { code: "wrong_length" });
      assert.throws(() => decryptPinBlock({ ...options, key: KEY }, block), {
        code: "wrong_length",
      });
    }
    // One key of DES is not enough for a PIN (ISO 9564-2).
    for (const length of [0, 8, 15, 17, 32]) {
      const key = Uint8Array.from({ length }, (_, at) => 5 * at + 1);
      assert.throws(() => encryptPinBlock({ ...options, key, pin: "1234" }), {
        code: "wrong_length",
      });
    }
  }
});

Deno.test("translatePinBlock() takes a PIN from the pad's key to the host's (R-DEV-11)", () => {
  const padKey = Uint8Array.fromHex("89ABCDEF0123456776543210FEDCBA98");
  for (const from of FORMATS) {
    for (const to of FORMATS.filter((to) => from === "iso9564_1" || to !== "iso9564_1")) {
      const pad = { format: from, key: padKey, ...panOf(from, PAN) };
      const host = { format: to, key: KEY, ...panOf(to, PAN) };
      const block = translatePinBlock(pad, host, encryptPinBlock({ ...pad, pin: "90817263" }));
      assert.deepEqual(decryptPinBlock(host, block), text("90817263"), `${from} to ${to}`);
    }
  }
});

Deno.test("translatePinBlock() keeps a PIN at its account (PCI PIN 3-3 after ISO 9564-1)", () => {
  for (const from of ["iso9564_0", "iso9564_3", "sm4_16"] as const) {
    const pad = { format: from, key: KEY, pan: PAN };
    const block = encryptPinBlock({ ...pad, pin: "123456" });
    const loose = { format: "iso9564_1", key: KEY } as const;
    assert.throws(() => translatePinBlock(pad, loose, block), { code: "invalid_argument" });
    for (const to of ["iso9564_0", "iso9564_3", "sm4_16"] as const) {
      // The last digit is the check digit: not in the block, and still another account.
      const other = { format: to, key: KEY, pan: "6222021234567890124" };
      assert.throws(() => translatePinBlock(pad, other, block), { code: "invalid_argument" });
    }
  }
});

Deno.test("translatePinBlock() tells nothing of a block that does not open", () => {
  const pad = { format: "iso9564_0", key: KEY, pan: PAN } as const;
  const host = { format: "sm4_16", key: KEY, pan: PAN } as const;
  const block = encryptPinBlock({ ...pad, pin: "123456" });
  const clear = desDecrypt({ mode: "ecb", key: KEY }, block);
  const messages = new Set<string>();
  for (let bit = 0; bit < 64; bit++) {
    const changed = clear.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit % 8));
    try {
      translatePinBlock(pad, host, desEncrypt({ mode: "ecb", key: KEY }, changed));
    } catch (error) {
      assert.ok(error instanceof Error);
      messages.add(error.message);
    }
  }
  assert.equal(messages.size, 1);
});

Deno.test("the caller's PIN, key and block stay as they are", () => {
  const pin = text("123456");
  const key = KEY.slice();
  const pad = { format: "iso9564_0", key, pan: PAN } as const;
  const block = encryptPinBlock({ ...pad, pin });
  const kept = block.slice();
  translatePinBlock(pad, { format: "sm4_16", key, pan: PAN }, block);
  assert.deepEqual([pin, key, block], [text("123456"), KEY, kept]);
});

function panOf(format: PinBlockFormat, pan: string): { pan?: string } {
  return format === "iso9564_1" ? {} : { pan };
}

function bytes(digits: string): Uint8Array {
  return Uint8Array.fromHex(digits);
}

function hex(block: Uint8Array): string {
  return block.toHex().toUpperCase();
}

function text(characters: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(characters);
}
