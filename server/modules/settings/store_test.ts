import assert from "node:assert/strict";
import { testDb } from "../../../tests/db.ts";
import { newId } from "../../platform/ids.ts";
import { selectSettings } from "./store.ts";

Deno.test("a platform whose city nobody has entered yet has no settings", async () => {
  await using own = await testDb(new Date());
  assert.deepEqual(await selectSettings(own.db, []), []);
  assert.deepEqual(await selectSettings(own.db, [newId(new Date())]), []);
});
