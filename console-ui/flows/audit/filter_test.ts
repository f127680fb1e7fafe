import assert from "node:assert/strict";
import { filterOf } from "./filter.ts";

Deno.test("filterOf() takes days in Beijing, both of them whole", () => {
  assert.deepEqual(filterOf({ from: "2026-11-01", to: "2026-11-30" }, ""), {
    from: "2026-10-31T16:00:00.000Z",
    to: "2026-11-30T16:00:00.000Z",
  });
});

Deno.test("filterOf() asks for one kind, or for all of a module", () => {
  assert.deepEqual(filterOf({ kind: "access.signed_in" }, ""), { kinds: ["access.signed_in"] });
  assert.deepEqual(filterOf({ kind: "module:access" }, ""), { module: "access" });
});

Deno.test("filterOf() leaves out what an address has that is no filter", () => {
  const typed = {
    from: "yesterday",
    to: "2026-99-99",
    severity: "worst",
    result: "'; DROP TABLE audit_event; --",
    actorKind: "",
    sso: "signed_in",
    limit: "100000",
    patientIdNumber: "11010519491231002X",
  };
  assert.deepEqual(filterOf(typed, ""), {});
});

Deno.test("filterOf() follows what was pressed, and a patient by number", () => {
  assert.deepEqual(filterOf({ actorId: "a", orderId: "o", text: "退款" }, "11010519491231002X"), {
    actorId: "a",
    orderId: "o",
    text: "退款",
    patientIdNumber: "11010519491231002X",
  });
});
