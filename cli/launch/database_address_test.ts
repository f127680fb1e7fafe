import assert from "node:assert/strict";
import { addressesIn } from "./addresses.ts";
import { pathsIn } from "./own_paths.ts";

Deno.test("a database's address grants its hosts, its socket and its roots, and no more", () => {
  const url = "postgres://clerk:s3%2Fcret@10.0.0.5:6432,10.0.0.6/yikatong" +
    "?sslmode=verify-full&sslrootcert=/etc/yikatong/database.pem&target_session_attrs=read-write";
  assert.deepEqual(addressesIn({ database: { url } }), ["10.0.0.5:6432", "10.0.0.6:5432"]);
  assert.deepEqual(pathsIn({ database: { url } }), ["/etc/yikatong/database.pem"]);
  const local = "postgres://clerk@%2Frun%2Fpostgresql/yikatong";
  assert.deepEqual(addressesIn({ url: local }), ["unix:/run/postgresql/.s.PGSQL.5432"]);
  assert.deepEqual(pathsIn({ url: local }), []);
});
