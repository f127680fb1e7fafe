import assert from "node:assert/strict";
import { LoginError } from "./login_error.ts";
import { PasswordGate } from "./password_gate.ts";

function gateAt(locksAccounts: boolean): {
  readonly gate: PasswordGate;
  readonly tries: string[];
  readonly clock: { now: number };
  readonly prove: (code: string | null) => Promise<string>;
} {
  const clock = { now: 0 };
  const gate = new PasswordGate({ locksAccounts, now: () => clock.now });
  const tries: string[] = [];
  const prove = (code: string | null) =>
    gate.pass(async () => {
      tries.push(code ?? "right");
      await Promise.resolve();
      if (code !== null) throw new LoginError(code, "as the server says");
      return "in";
    });
  return { gate, tries, clock, prove };
}

Deno.test("PasswordGate lets nobody try a password again that locks its account", async () => {
  const { prove, tries, clock } = gateAt(true);
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => prove("28P01")));
  assert.ok(all.every(({ status }) => status === "rejected"));
  clock.now += 365 * 86_400_000;
  await assert.rejects(prove(null), { code: "28P01", message: /不再尝试/ });
  assert.deepEqual(tries, ["28P01"]);
});

Deno.test("PasswordGate tries a minute later where no account is locked", async () => {
  const { prove, tries, clock, gate } = gateAt(false);
  await assert.rejects(prove("28P01"), { message: "as the server says" });
  clock.now += 59_999;
  await assert.rejects(prove(null), { message: /一分钟后/ });
  clock.now += 1;
  assert.equal(await prove(null), "in");
  gate.requireOpen();
  assert.deepEqual(tries, ["28P01", "right"]);
});

Deno.test("PasswordGate stays open after a lost line: the password may be right", async () => {
  const { prove, tries } = gateAt(true);
  await assert.rejects(prove("CONNECTION_CLOSED"));
  assert.equal(await prove(null), "in");
  assert.deepEqual(tries, ["CONNECTION_CLOSED", "right"]);
});
