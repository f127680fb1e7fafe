import assert from "node:assert/strict";
import { exists } from "./exists.ts";
import { chooseTests, MEASURED_SECONDS, type Suite, SUITES } from "./suites.ts";

const SOURCES = [
  { path: "tests/db.ts", text: "" },
  { path: "tests/books.ts", text: `import { testDb } from "./db.ts";` },
  { path: "server/modules/a/a_test.ts", text: `import { books } from "../../../tests/books.ts";` },
  { path: "server/modules/a/rule_test.ts", text: `import { rule } from "./rule.ts";` },
  { path: "kiosk-ui/model_test.tsx", text: `const text = 'import "../tests/db.ts"';` },
  { path: "tests/postgres/two_processes_test.ts", text: "" },
  { path: "tests/long/visits_test.ts", text: `import { testDb } from "../db.ts";` },
  { path: "tests/journeys/pay_test.ts", text: "" },
  { path: "tests/browser.ts", text: `import { chromium } from "playwright-core";` },
  { path: "kiosk-ui/screens_test.ts", text: `import { open } from "../tests/browser.ts";` },
  { path: "tests/postgres_server.ts", text: "" },
  { path: "bench/peer_test.ts", text: `import { start } from "../tests/postgres_server.ts";` },
];

const EXPECTED: Record<Suite, string[]> = {
  unit: ["server/modules/a/rule_test.ts", "kiosk-ui/model_test.tsx"],
  embedded: ["server/modules/a/a_test.ts"],
  postgres: [
    "server/modules/a/a_test.ts",
    "tests/postgres/two_processes_test.ts",
    "bench/peer_test.ts",
  ],
  long: ["tests/long/visits_test.ts"],
  journeys: ["tests/journeys/pay_test.ts", "kiosk-ui/screens_test.ts"],
};

Deno.test("chooseTests() gives every test a suite, and those with a database a second one", () => {
  for (const suite of SUITES) {
    assert.deepEqual(chooseTests(suite, SOURCES).sort(), EXPECTED[suite].sort(), suite);
  }
});

Deno.test("chooseTests() begins with what takes longest: the whole platform, then the longest", () => {
  const sources = [
    { path: "a_test.ts", text: "short" },
    { path: "b_test.ts", text: "a longer one, of many words" },
    { path: "c_test.ts", text: `import "./tests/world.ts";` },
    { path: "tests/world.ts", text: `import "./db.ts";` },
    { path: "d_test.ts", text: `import "./tests/db.ts"; // a long one with a database` },
    { path: "tests/db.ts", text: "" },
  ];
  assert.deepEqual(chooseTests("unit", sources), ["b_test.ts", "a_test.ts"]);
  assert.deepEqual(chooseTests("embedded", sources), ["c_test.ts", "d_test.ts"]);
});

Deno.test("chooseTests() begins with the files that were measured to take longest", async () => {
  const short = { path: "tests/journeys/kill_test.ts", text: "" };
  const long = { path: "tests/journeys/a_test.ts", text: "x".repeat(500_000) };
  assert.deepEqual(chooseTests("journeys", [long, short]), [short.path, long.path]);
  for (const path of Object.keys(MEASURED_SECONDS)) assert.ok(await exists(path), path);
});
