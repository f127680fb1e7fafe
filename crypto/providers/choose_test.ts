import assert from "node:assert/strict";
import { CryptoError, type CryptoErrorCode } from "../errors.ts";
import type { StoredKey } from "../key_store.ts";
import { type ChooseOptions, chooseProvider, openEngine } from "./choose.ts";
import { FakeSdf } from "./conformance/fake_sdf.ts";
import { findLibcrypto } from "./find_libcrypto.ts";
import { portableEngine } from "./portable.ts";

const NOWHERE = "/nowhere/libcrypto.so.3";
const KEY: StoredKey = {
  id: "stored",
  label: "data",
  version: 1,
  algorithm: "sm4",
  usage: "data",
  leaves: "never",
  createdAt: "2026-11-22T08:00:00.000Z",
  bytes: new Uint8Array(16).fill(5),
};

function choose(options: Partial<ChooseOptions>) {
  return chooseProvider({ choice: "auto", keys: [], allowSoftwarePrivateKeys: true, ...options });
}

async function refuses(code: CryptoErrorCode, options: Partial<ChooseOptions>, message: RegExp) {
  const error = await choose(options).then(() => null, (thrown: unknown) => thrown);
  assert.ok(error instanceof CryptoError, String(error));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
}

function device(library: FakeSdf): Partial<ChooseOptions> {
  return {
    choice: "sdf",
    sdf: {
      library,
      deviceKeys: [{ label: "ca", usage: "sign", index: 1 }],
      kekIndex: 1,
      onAlarm: () => {},
    },
  };
}

Deno.test("chooseProvider() takes portable when it is named, with its self-test", async () => {
  const { provider, report } = await choose({ choice: "portable", keys: [KEY] });
  await using _closing = provider;
  assert.deepEqual([report.choice, report.chosen, report.hardware], [
    "portable",
    "portable",
    false,
  ]);
  assert.deepEqual(report.why, ["crypto.provider names it"]);
  assert.ok(report.selfTests.length > 20 && report.selfTests.every(({ passed }) => passed));
  assert.ok(report.warnings.some((warning) => warning.includes("depends on the data")));
  assert.equal((await provider.findKey("data"))?.id, "stored");
  assert.equal(provider.info.name, "portable");
});

Deno.test("chooseProvider() takes native when it is named, and says where from", async () => {
  const { provider, report } = await choose({ choice: "native" });
  await using _closing = provider;
  assert.equal(report.chosen, "native");
  assert.match(report.why.at(-1) ?? "", /^Found libcrypto at "\/usr\/lib/);
  assert.ok(report.selfTests.every(({ passed }) => passed));
});

Deno.test("auto takes native where a libcrypto opens", async () => {
  const { provider, report } = await choose({ choice: "auto" });
  await using _closing = provider;
  assert.deepEqual([report.choice, report.chosen], ["auto", "native"]);
});

Deno.test("auto becomes portable where none opens or all are refused, and says why", () => {
  for (const code of ["unavailable", "refused_library", "not_supported"] as const) {
    const { engine, why } = openEngine({ choice: "auto" }, {
      find: () => [NOWHERE, "/elsewhere/libcrypto.so.3"],
      open: ({ path }) => {
        throw new CryptoError(code, `Cannot use "${path}"`);
      },
    });
    using _closing = engine;
    assert.equal(engine.name, "portable");
    assert.ok(why.some((reason) => reason.includes(NOWHERE)));
    assert.equal(why.at(-1), "No libcrypto can be used");
  }
});

Deno.test("auto with a library that was named never becomes portable", async () => {
  const named = { choice: "auto", libraryPath: NOWHERE } as const;
  await refuses("unavailable", named, /\/nowhere\/libcrypto/);
  const refused = {
    find: () => [],
    open: () => {
      throw new CryptoError("refused_library", "Cannot use it: CVE-2021-3711");
    },
  };
  assert.throws(() => openEngine(named, refused), { code: "refused_library" });
  await refuses("unavailable", { ...device(new FakeSdf()), libraryPath: NOWHERE }, /\/nowhere/);
});

Deno.test("a libcrypto that computes wrongly stops, whether it was named or found", () => {
  const second = "/elsewhere/libcrypto.so.3";
  const opened: string[] = [];
  const wrong = {
    find: () => [NOWHERE, second],
    open({ path }: { readonly path: string }) {
      opened.push(path);
      const good = portableEngine();
      return { ...good, sm3: (data: Uint8Array) => good.sm3(data).reverse() };
    },
  };
  for (const choice of ["auto", "native"] as const) {
    for (const libraryPath of [undefined, second]) {
      opened.length = 0;
      const options = { choice, ...(libraryPath === undefined ? {} : { libraryPath }) };
      assert.throws(() => openEngine(options, wrong), (error) => {
        assert.ok(error instanceof CryptoError);
        assert.equal(error.code, "self_test_failed");
        assert.match(error.message, /SM3 \(GB\/T 32905 annex A\) failed/);
        assert.ok(error.message.includes(libraryPath ?? NOWHERE), error.message);
        return true;
      });
      assert.equal(opened.length, 1, "no other is looked for behind it");
    }
  }
});

Deno.test("a named native that cannot be opened stops, and never becomes portable", async () => {
  const named = { choice: "native" } as const;
  await refuses("unavailable", { ...named, libraryPath: NOWHERE }, /\/nowhere\/libcrypto/);
  await refuses("invalid_argument", { ...named, libraryPath: "libcrypto.so.3" }, /absolute path/);
  // A library, but none of cryptography.
  const other = findLibcrypto()[0]?.replace(/libcrypto.*/, "libm.so.6");
  assert.ok(other);
  const error = await choose({ ...named, libraryPath: other }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof CryptoError, String(error));
});

Deno.test("chooseProvider() passes on whether SM2 private keys may be in software", async () => {
  const { provider } = await choose({ choice: "portable", allowSoftwarePrivateKeys: false });
  await using _closing = provider;
  assert.equal(provider.info.capabilities.has("sm2_sign"), false);
});

Deno.test("chooseProvider() takes the device when it is named, with its self-test", async () => {
  const { provider, report } = await choose(device(new FakeSdf()));
  await using _closing = provider;
  assert.deepEqual([report.chosen, report.hardware], ["sdf", true]);
  assert.ok(report.selfTests.some(({ name }) => name === 'device: SM2 key "ca"'));
  assert.equal(provider.info.name, "sdf");
});

Deno.test("a device that is gone or was not given stops, and never becomes software", async () => {
  await refuses("not_supported", { choice: "sdf" }, /crypto\.provider = sdf/);
  const gone = new FakeSdf();
  gone.unplug();
  await refuses("self_test_failed", device(gone), /device: SM2 key "ca" failed/);
  await refuses("invalid_argument", { ...device(new FakeSdf()), keys: [KEY] }, /software keys/);
});
