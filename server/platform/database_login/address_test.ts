import assert from "node:assert/strict";
import { placeOfDatabase, readAddress } from "./address.ts";

Deno.test("readAddress() reads what libpq's addresses say", () => {
  const text = "postgres://cl%40rk:s3:cr%2Fet@[::1]:6432,db.example/yi%20katong" +
    "?sslmode=verify-full&sslrootcert=/etc/ca.pem&target_session_attrs=read-write&work_mem=8MB";
  const address = readAddress(text);
  assert.deepEqual(address, {
    hosts: [{ host: "::1", port: 6432 }, { host: "db.example", port: 5432 }],
    user: "cl@rk",
    password: "s3:cr/et",
    database: "yi katong",
    tls: "verify-full",
    rootCertificates: "/etc/ca.pem",
    wantsWrites: true,
    settings: { work_mem: "8MB" },
  });
  assert.equal(placeOfDatabase(address), "::1:6432,db.example:5432/yi katong");
});

Deno.test("readAddress() takes the user's name for a database that is not named", () => {
  const address = readAddress("postgresql://clerk@db");
  assert.deepEqual([address.database, address.password, address.tls], ["clerk", "", "disable"]);
});

Deno.test("readAddress() takes the folder of a Unix socket for a host, as libpq writes it", () => {
  for (const rest of ["%2Frun%2Fpostgresql/yikatong", "/yikatong?host=/run/postgresql"]) {
    const { hosts, settings } = readAddress(`postgres://clerk@${rest}`);
    assert.deepEqual([hosts, settings], [[{ host: "/run/postgresql", port: 5432 }], {}]);
  }
});

Deno.test("readAddress() refuses what it cannot mean, without saying the password", () => {
  const wrong: readonly string[] = [
    "mysql://clerk:s3cret@db/x",
    "postgres://db/x",
    "postgres://:s3cret@db/x",
    "postgres://clerk:s3cret@/x",
    "postgres://clerk:s3cret@db:0/x",
    "postgres://clerk:s3cret@db:port/x",
    "postgres://clerk:s3cret@a,,b/x",
    "postgres://clerk:s3cret@db/x?sslmode=maybe",
    "postgres://clerk:s3cret@db/x?target_session_attrs=standby",
  ];
  for (const text of wrong) {
    assert.throws(() => readAddress(text), (thrown: Error) => {
      assert.equal(thrown.name, "RangeError", text);
      assert.doesNotMatch(thrown.message, /s3cret/);
      return true;
    });
  }
});
