import assert from "node:assert/strict";
import { developmentKeys } from "../../cli/dev/development_keys.ts";
import { openColumnSealer } from "../../crypto/envelope.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { testDb } from "../../tests/db.ts";
import { compareSealingKeys } from "./sealing_keys.ts";

const A = developmentKeys("aa".repeat(32));
const B = developmentKeys("bb".repeat(32));
const CLOCK = { now: () => new Date("2026-11-22T08:00:00Z") };

async function sealerOf(keys: readonly StoredKey[]) {
  const provider = new SoftwareProvider(portableEngine(), { name: "test", keys });
  return await openColumnSealer({ provider });
}

function withVersion2(keys: readonly StoredKey[], fill: number): StoredKey[] {
  const [data] = keys;
  assert.ok(data);
  const bytes = new Uint8Array(16).fill(fill);
  return [...keys, { ...data, id: `version-2-${fill}`, version: 2, bytes }];
}

Deno.test("compareSealingKeys() knows the keys a database was sealed with", async () => {
  await using own = await testDb();
  const at = async (keys: readonly StoredKey[], readOnly = false) =>
    await compareSealingKeys({ db: own.db, clock: CLOCK, sealer: await sealerOf(keys) }, {
      readOnly,
    });
  assert.deepEqual(await at(A, true), { kind: "same", versions: [] }, "a new database takes any");
  assert.deepEqual(await at(A), { kind: "same", versions: [1] });
  assert.deepEqual(await at(A), { kind: "same", versions: [1] });
  assert.deepEqual(await at(B), { kind: "other", of: "data", version: 1 });

  assert.deepEqual(await at(withVersion2(A, 2)), { kind: "same", versions: [1, 2] });
  assert.deepEqual(await at(A), { kind: "missing", version: 2 }, "a backup from before");
  const other = withVersion2(A, 3);
  assert.deepEqual(await at(other), { kind: "other", of: "data", version: 2 }, "rotated elsewhere");

  const [data] = A;
  const [, index] = B;
  assert.ok(data && index);
  assert.deepEqual(
    await at(withVersion2([data, index], 2)),
    { kind: "other", of: "index", version: 1 },
    "another blind index finds nobody",
  );
});
