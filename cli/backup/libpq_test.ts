import assert from "node:assert/strict";
import { libpqVariables } from "./libpq.ts";

Deno.test("libpqVariables() hands a connection on as the environment has it, decoded", () => {
  const url = "postgres://back%40up:p%2Fw%3A@[::1]:5433/yi?sslmode=verify-full&sslrootcert=/c.pem";
  assert.deepEqual(libpqVariables(url, "yikatong_wal"), {
    PGHOST: "::1",
    PGPORT: "5433",
    PGUSER: "back@up",
    PGPASSWORD: "p/w:",
    PGDATABASE: "yi",
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: "/c.pem",
    PGAPPNAME: "yikatong_wal",
    LC_MESSAGES: "C",
  });
});

Deno.test("libpqVariables() leaves to pgpass what the URL does not say", () => {
  const found = libpqVariables("postgres://backup@db/yikatong", "x");
  assert.ok(!("PGPASSWORD" in found) && !("PGPORT" in found));
});
