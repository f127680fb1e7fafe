import assert from "node:assert/strict";
import { forbiddenLogCalls } from "./logged_words.ts";

Deno.test("forbiddenLogCalls() finds personal data and secrets among what is logged", () => {
  const calls = [
    "log.info(`Read ${card.cardNumber}`);",
    `deps.log.warn("Refused", { phone: person.phone });`,
    `this.#log.error("Broken", { why: reasonOf(thrown), pin });`,
    `log.error("Broken", { id: hash(person.idNumber) });`,
  ];
  for (const call of calls) assert.equal(forbiddenLogCalls(call).length, 1, call);
});

Deno.test("forbiddenLogCalls() lets words and ids pass", () => {
  const calls = [
    `log.warn("Cannot read a card number: expected digits", { orderId, code });`,
    `catalog.error(pin);`,
    `log.info("Ready"); send(password);`,
  ];
  for (const call of calls) assert.deepEqual(forbiddenLogCalls(call), [], call);
});
