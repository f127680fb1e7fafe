import assert from "node:assert/strict";
import { hrefOf, parsePlace, type Place } from "./place.ts";

Deno.test("hrefOf() and parsePlace() are each other's way back", () => {
  const places: readonly Place[] = [
    { section: "", id: null, query: {} },
    { section: "accounts", id: null, query: {} },
    { section: "accounts", id: "019a8f3e-5c00-7abc-8def-0123456789ab", query: {} },
    { section: "audit", id: null, query: { login: "a&b=c", from: "2026-11-01" } },
    { section: "organisations", id: "东莞/莞城", query: { search: "100%" } },
  ];
  for (const place of places) {
    const [path = "", search = ""] = hrefOf(place).split("?");
    assert.deepEqual(parsePlace(path, search), place);
  }
});

Deno.test("hrefOf() leaves out what nothing was typed into", () => {
  assert.equal(hrefOf({ section: "audit", query: { login: "" } }), "/console/audit");
});

Deno.test("parsePlace() takes what cannot be decoded as it stands", () => {
  assert.equal(parsePlace("/console/accounts/%", "").id, "%");
  assert.equal(parsePlace("/elsewhere", "").section, "");
});
