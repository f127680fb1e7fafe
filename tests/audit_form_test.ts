import { assertSameForms } from "./canonical_forms.ts";
import { testDb } from "./db.ts";
import { START } from "./world.ts";

Deno.test("audit: the database makes an event's canonical form as the platform does (R-SEC-02)", async () => {
  await using own = await testDb(START);
  await assertSameForms(own, START);
});
