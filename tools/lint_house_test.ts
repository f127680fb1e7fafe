import assert from "node:assert/strict";
import house from "./lint_house.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** What the rules say about a source as if it stood at `path`. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(house, `${ROOT}${path}`, source)
    .map((found) => `${found.id}: ${found.message}`);
}

interface Case {
  readonly from: string;
  readonly source: string;
  readonly refused: RegExp | null;
}

function importCases(): Case[] {
  const value = (to: string) => `import { a } from "${to}";`;
  const type = (to: string) => `import type { A } from "${to}";`;
  const rows: [string, string, RegExp | null][] = [
    ["server/modules/billing/a.ts", value("../checkout/payable.ts"), null],
    [
      "server/modules/checkout/a.ts",
      value("../billing/posting.ts"),
      /checkout comes before billing/,
    ],
    [
      "server/modules/checkout/a.ts",
      type("../billing/posting.ts"),
      /checkout comes before billing/,
    ],
    ["server/modules/checkout/a_test.ts", value("../billing/posting.ts"), null],
    ["server/modules/parking/a.ts", value("../access/a.ts"), /parking has no place/],
    ["server/modules/billing/a.ts", value("../fleet/store.ts"), /fleet\/store.ts is private/],
    ["server/modules/billing/a.ts", type("../fleet/routes.ts"), /fleet\/routes.ts is private/],
    ["server/modules/billing/a.ts", value("../checkout/jobs.ts"), /checkout\/jobs.ts is private/],
    ["server/modules/billing/a.ts", value("./store.ts"), null],
    ["server/modules/billing/a.ts", value("../payment/events.ts"), null],
    ["server/modules/billing/a.ts", value("../payment/tables.ts"), /only types/],
    ["server/modules/billing/a.ts", type("../payment/tables.ts"), null],
    ["server/modules/billing/a.ts", value("../../platform/money.ts"), null],
    ["server/modules/billing/a.ts", type("../../gateways/his/wire.ts"), null],
    ["server/modules/billing/a.ts", value("../../services.ts"), /a module imports only/],
    ["server/modules/billing/a.ts", value("../../../sandbox/faults.ts"), /a module imports only/],
    ["server/modules/billing/a.ts", `export { a } from "../../app.ts";`, /a module imports only/],
    ["server/modules/billing/a.ts", `await import("../../app.ts");`, /a module imports only/],
    ["server/gateways/his/client.ts", value("../citizen_code/wire.ts"), null],
    ["server/gateways/his/client.ts", type("../../modules/fleet/terminal.ts"), /a gateway imports/],
    ["server/platform/db.ts", value("./errors.ts"), null],
    ["server/platform/db.ts", value("../gateways/his/wire.ts"), /imports only platform/],
    ["server/platform/db.ts", value("../schema.ts"), /imports only platform/],
    ["server/app.ts", value("./modules/billing/routes.ts"), null],
    ["server/app.ts", value("./modules/fleet/store.ts"), /fleet\/store.ts is private/],
    ["server/app.ts", value("../terminal/app.ts"), /imports nothing outside server/],
    ["server/app.ts", value("../tests/db.ts"), /only tests import/],
    ["crypto/sm3.ts", value("../server/platform/money.ts"), /imports nothing of ours/],
    ["ffi/printer/driver.ts", value("../contract.ts"), null],
    ["ffi/printer/driver.ts", value("../../crypto/sm3.ts"), /imports nothing of ours/],
    ["kiosk-ui/flows/bills/model.ts", value("../../timers.ts"), null],
    ["kiosk-ui/timers.ts", type("../server/modules/billing/contract.ts"), null],
    ["kiosk-ui/timers.ts", value("../server/modules/billing/contract.ts"), /only types/],
    ["kiosk-ui/timers.ts", type("../terminal/dev_contract.ts"), null],
    ["kiosk-ui/timers.ts", type("../terminal/journal.ts"), /nothing from outside/],
    ["sandbox/his/his_calls.ts", value("../../server/gateways/his/wire.ts"), null],
    ["sandbox/his/his_calls.ts", value("../../server/gateways/his/client.ts"), /the sandbox/],
    ["sandbox/his/his_calls.ts", value("../../server/platform/clock.ts"), null],
    ["sandbox/his/his_calls.ts", type("../../server/platform/log.ts"), /the sandbox/],
    ["sandbox/devices/scanner.ts", type("../../ffi/contract.ts"), null],
    ["terminal/app.ts", value("../server/modules/checkout/contract.ts"), null],
    ["terminal/app.ts", type("../server/modules/checkout/order.ts"), /the terminal imports/],
    ["terminal/app.ts", value("../sandbox/faults.ts"), /the terminal imports/],
    ["cli/dev.ts", value("../sandbox/start_sandbox.ts"), null],
    ["cli/dev.ts", value("../server/modules/fleet/store.ts"), /fleet\/store.ts is private/],
    ["cli/dev.ts", value("../tests/db.ts"), /only tests import/],
    ["tools/test.ts", value("../tests/postgres_server.ts"), null],
    ["gadgets/a.ts", value("../server/app.ts"), /without an import rule/],
    ["server/modules/billing/a.ts", value("kysely"), null],
  ];
  return rows.map(([from, source, refused]) => ({ from, source, refused }));
}

Deno.test("import-direction lets dependencies point one way only", () => {
  for (const { from, source, refused } of importCases()) {
    const said = lint(from, source).filter((line) => line.startsWith("house/import-direction"));
    const what = `${from}: ${source}`;
    if (refused === null) assert.deepEqual(said, [], what);
    else assert.match(said.join("\n"), refused, what);
  }
});

Deno.test("sql-in-store finds queries and SQL outside the owner's store", () => {
  const query = `db.selectFrom("refund").selectAll();`;
  for (const path of ["server/modules/fleet/a.ts", "server/gateways/his/a.ts", "cli/dev.ts"]) {
    assert.match(lint(path, query).join(), /sql-in-store: Cannot query here/, path);
  }
  for (
    const path of [
      "server/modules/fleet/store.ts",
      "server/modules/fleet/a_test.ts",
      "server/platform/outbox.ts",
      "tests/books.ts",
    ]
  ) assert.deepEqual(lint(path, query), [], path);
  assert.match(lint("server/modules/fleet/a.ts", "sql`select 1`;").join(), /Cannot write SQL/);
  assert.deepEqual(lint("server/status.ts", "sql`select 1`;"), [], "a health check asks no table");
});

Deno.test("environment-in-config leaves the environment to config, commands and tests", () => {
  const source = `const path = Deno.env.get("PATH");`;
  for (const path of ["server/platform/config.ts", "cli/dev.ts", "tests/db.ts", "bench/a.ts"]) {
    assert.deepEqual(lint(path, source), [], path);
  }
  for (const path of ["server/app.ts", "terminal/start.ts", "sandbox/faults.ts", "main.ts"]) {
    assert.match(lint(path, source).join(), /Cannot read the environment/, path);
  }
});

Deno.test("no-barrel refuses export *", () => {
  assert.match(lint("server/app.ts", `export * from "./status.ts";`).join(), /no-barrel/);
  assert.deepEqual(lint("server/app.ts", `export { a } from "./status.ts";`), []);
});

Deno.test("keys-in-provider: the platform and the terminal hold handles, not keys", () => {
  const refused = (path: string, source: string) =>
    lint(path, source).filter((found) => found.startsWith("house/keys-in-provider")).length;
  const module = "server/modules/identity/a.ts";
  assert.equal(refused(module, `import { sm4Encrypt } from "../../../crypto/sm4.ts";`), 1);
  assert.equal(refused(module, `import { hmacSm3, sm3 } from "../../../crypto/sm3.ts";`), 1);
  assert.equal(refused(module, `import * as all from "../../../crypto/sm3.ts";`), 1);
  assert.equal(refused(module, `import { createCipheriv } from "node:crypto";`), 1);
  assert.equal(refused(module, `await import("../../../crypto/sm2.ts");`), 1);
  assert.equal(refused("terminal/a.ts", `import { sign } from "../crypto/sm2.ts";`), 1);
  assert.equal(refused("terminal/a.ts", `import { Sm3 } from "../crypto/sm3.ts";`), 0);
  assert.equal(refused(module, `import type { Sm4 } from "../../../crypto/sm4.ts";`), 0);
  assert.equal(
    refused(module, `import { openColumnSealer } from "../../../crypto/envelope.ts";`),
    0,
  );
  assert.equal(refused(module, `import { createHash } from "node:crypto";`), 0);
  assert.equal(refused(module, `import { createHmac } from "node:crypto";`), 1);
  assert.equal(refused("server/gateways/his/a.ts", `import { createHmac } from "node:crypto";`), 0);
  assert.equal(refused(module, `export { sign } from "../../../crypto/sm2.ts";`), 1);
  assert.equal(refused(module, `const name = "x"; await import(name);`), 1);
  assert.equal(refused(module, `await crypto.subtle.importKey("raw", key, "HMAC", false, []);`), 1);
  assert.equal(refused(module, `await crypto.subtle.digest("SHA-256", data);`), 0);
  const prescribed = `import { sm4Encrypt } from "../../../crypto/sm4.ts";`;
  assert.equal(refused("server/gateways/mobile_insurance/cipher.ts", prescribed), 0);
  assert.notEqual(refused("server/gateways/mobile_insurance/client.ts", prescribed), 0);
  assert.equal(refused("server/gateways/his/client.ts", prescribed), 1);
  assert.equal(refused("sandbox/card_host/a.ts", `import { sm3 } from "../../crypto/sm4.ts";`), 0);
});

Deno.test("crypto-packages: the tests' oracle stays in tests and bench", () => {
  const refused = (path: string, source: string) =>
    lint(path, source).filter((found) => found.startsWith("house/crypto-packages")).length;
  assert.equal(refused("crypto/sm2.ts", `import smCrypto from "sm-crypto";`), 1);
  assert.equal(refused("cli/sm.ts", `await import("sm-crypto-v2");`), 1);
  assert.equal(refused("bench/crypto.ts", `import smCrypto from "sm-crypto";`), 0);
  assert.equal(refused("crypto/sm2_test.ts", `import smCrypto from "sm-crypto";`), 0);
  assert.equal(refused("server/platform/a.ts", `import forge from "node-forge";`), 1);
  assert.equal(refused("crypto/des.ts", `import forge from "node-forge";`), 0);
});
