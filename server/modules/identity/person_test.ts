import assert from "node:assert/strict";
import { viewOf } from "./person.ts";

Deno.test("viewOf() counts the age on the business day, before and on the birthday", () => {
  const person = { name: "陈小明", idNumber: "441900199003120011", phone: null };
  assert.equal(viewOf(person, new Date("2026-03-11T15:59:00Z")).age, 35);
  assert.equal(viewOf(person, new Date("2026-03-11T16:00:00Z")).age, 36);
  assert.equal(viewOf(person, new Date()).gender, "male");
});
