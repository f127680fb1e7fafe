import assert from "node:assert/strict";
import { libpqVariables } from "./libpq.ts";

Deno.test("libpqVariables() hands a connection on as the environment has it, decoded", () => {
  const url =
    "postgres://back%40up:p%2Fw:@[::1]:5433,db2/yi?sslmode=verify-full&sslrootcert=/c.pem" +
    "&target_session_attrs=read-write";
  assert.deepEqual(libpqVariables(url, "yikatong_wal"), {
    PGHOST: "::1,db2",
    PGPORT: "5433,5432",
    PGUSER: "back@up",
    PGPASSWORD: "p/w:",
    PGDATABASE: "yi",
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: "/c.pem",
    PGTARGETSESSIONATTRS: "read-write",
    PGAPPNAME: "yikatong_wal",
    LC_MESSAGES: "C",
  });
});

Deno.test("libpqVariables() leaves to pgpass what the URL does not say", () => {
  const found = libpqVariables("postgres://backup@db/yikatong", "x");
  assert.ok(!("PGPASSWORD" in found) && !("PGSSLROOTCERT" in found));
});
