import assert from "node:assert/strict";
import { openKeyStore, sealKeyStore, type StoredKey } from "../../crypto/key_store.ts";
import { openPlatformKeys } from "../../cli/platform_keys.ts";
import { toConfig } from "../../server/platform/config.ts";
import { type CliFolder, openCliFolder } from "../cli.ts";
import { requiredConfig } from "../required_config.ts";

/** The platform's keys for its lines and proofs: new stores have them, older ones get them. */

const PASSWORD = "correct horse";
const STORE = ["--store", "keys", "--password-file", "password"];
const LINE_LABELS = ["line-agree", "line-sign", "line-wrap"];
const LATER_LABELS = [
  ...LINE_LABELS,
  "audit-sign",
  "audit-tag",
  "row-tag",
  "program-wrap",
  "program-token",
  "key-ladder-root",
  "mobile-insurance-sign",
];

async function keysIn(folder: CliFolder): Promise<StoredKey[]> {
  return openKeyStore(await folder.read("keys"), new TextEncoder().encode(PASSWORD));
}

function cryptoConfig(folder: CliFolder, allowed: boolean) {
  const crypto = {
    provider: "portable",
    key_store: `${folder.path}/keys`,
    key_store_password_file: `${folder.path}/password`,
    allow_software_private_keys: allowed,
  };
  return toConfig({ ...requiredConfig(), crypto }, {}).crypto;
}

Deno.test("an older key store gets later keys once, and keeps what it has", async () => {
  await using folder = await openCliFolder();
  await folder.write("password", `${PASSWORD}\n`);
  const made = await folder.run(["key", "store", "init", ...STORE]);
  assert.equal(made.code, 0, made.stderr);
  const all = await keysIn(folder);
  assert.deepEqual(
    all.map(({ label }) => label).sort(),
    ["column-data", "column-index", ...LATER_LABELS].sort(),
  );
  const old = all.filter(({ label }) => !LATER_LABELS.includes(label));
  await folder.write("keys", sealKeyStore(old, new TextEncoder().encode(PASSWORD)));
  {
    await using without = await openPlatformKeys(cryptoConfig(folder, true));
    assert.ok("trouble" in without.line && without.line.trouble.kind === "missing");
  }

  const added = await folder.run(["key", "store", "add-missing", ...STORE]);
  assert.equal(added.code, 0, added.stderr);
  for (const label of LATER_LABELS) assert.match(added.text, new RegExp(`^${label} +1 `, "m"));
  const whole = await keysIn(folder);
  assert.equal(whole.length, LATER_LABELS.length + 2);
  for (const key of old) assert.ok(whole.some(({ id }) => id === key.id));
  const again = await folder.run(["key", "store", "add-missing", ...STORE]);
  assert.deepEqual([again.code, /已经齐全/.test(again.stderr)], [0, true]);
  assert.deepEqual((await keysIn(folder)).map(({ id }) => id), whole.map(({ id }) => id));

  await using allowed = await openPlatformKeys(cryptoConfig(folder, true));
  assert.ok("keys" in allowed.line);
  await using forbidden = await openPlatformKeys(cryptoConfig(folder, false));
  assert.deepEqual(forbidden.line, { trouble: { kind: "not_allowed" } });
});
