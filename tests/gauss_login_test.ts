import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Kysely, sql } from "kysely";
import { openServerDatabase } from "../server/platform/db.ts";
import { serverDialect } from "../server/platform/server_dialect.ts";
import { GaussServer, type GaussServerOptions, message } from "./gauss_server.ts";

function open(url: string, poolSize = 1): Kysely<unknown> {
  return openServerDatabase<unknown>({ url, poolSize, product: "opengauss" });
}

const ask = (db: Kysely<unknown>) => sql<{ n: number }>`select 1 as n`.execute(db);

for (const method of ["sha256", "sm3"] as const) {
  Deno.test(`openGauss's login by ${method}: the right password gets in, whatever the count`, async () => {
    for (const iterations of [2_048, 10_000]) {
      await using server = new GaussServer({ method, iterations });
      await using db = open(server.url);
      assert.deepEqual((await ask(db)).rows, [{ n: 1 }]);
      assert.deepEqual(server.minors, [51]);
      assert.deepEqual(server.proofs, [true]);
    }
  });

  Deno.test(`openGauss's login by ${method}: a wrong password is tried once, by one of many`, async () => {
    await using server = new GaussServer({ method, password: "another" });
    await using db = open(server.url, 10);
    const asked = await Promise.allSettled(Array.from({ length: 30 }, () => ask(db)));
    assert.deepEqual(new Set(asked.map(({ status }) => status)), new Set(["rejected"]));
    await assert.rejects(ask(db), { name: "LoginError", code: "28P01", message: /不再尝试/ });
    assert.deepEqual(server.proofs, [false]);
  });
}

Deno.test("openGauss's login: bytes that come one by one are put together", async () => {
  await using server = new GaussServer({ isSlow: true });
  await using db = open(server.url);
  assert.deepEqual((await ask(db)).rows, [{ n: 1 }]);
});

Deno.test("openGauss's login: a server that hangs up after the proof is a lost line", async () => {
  await using server = new GaussServer({ leaves: true });
  await using db = open(server.url);
  await assert.rejects(ask(db), { code: "CONNECTION_CLOSED" });
});

Deno.test("openGauss is named to whoever configured another product, and gets no proof", async () => {
  await using server = new GaussServer();
  await using db = openServerDatabase<unknown>({ url: server.url, poolSize: 1 });
  await assert.rejects(ask(db), { name: "LoginError", message: /database\.product = "opengauss"/ });
  assert.deepEqual([server.minors, server.proofs], [[0], []]);
});

const salt = "ab".repeat(32);
const REFUSED: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  "an unknown way to sign in": [message("R", "\0\0\0\x0e"), /代码 14/],
  "MD5": [message("R", "\0\0\0\x05abcd"), /MD5/],
  "a password stored otherwise": [
    message("R", `\0\0\0\x0a\0\0\0\0${salt}01020304\0\0\x27\x10`),
    /SHA256/,
  ],
  "a challenge that is cut short": [
    message("R", `\0\0\0\x0a\0\0\0\x02${salt.slice(1)}`),
    /不合协议/,
  ],
  "a salt that is no hex": [
    message("R", `\0\0\0\x0a\0\0\0\x02${"z".repeat(64)}01020304\0\0\x27\x10`),
    /不合协议/,
  ],
  "no iterations": [message("R", `\0\0\0\x0a\0\0\0\x02${salt}01020304\0\0\0\0`), /迭代次数/],
  "too many iterations": [
    message("R", `\0\0\0\x0d\0\0\0\x03${salt}01020304\x7f\0\0\0`),
    /迭代次数/,
  ],
  "a length beyond all bounds": [Buffer.from("R\x7fabc"), /消息长度/],
  "a length below itself": [Buffer.from("R\0\0\0\x01"), /消息长度/],
  "another protocol": [Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), /不合协议/],
  "a message out of its order": [message("Z", "I"), /登录质询/],
  "PostgreSQL's wish for an older protocol": [
    message("v", "\0\x03\0\0\0\0\0\0"),
    /database\.product/,
  ],
  "a refusal": [message("E", "SFATAL\0C3D000\0Mdatabase does not exist\0\0"), /does not exist/],
  "more than anybody wants to hear": [
    Buffer.concat(Array.from({ length: 20_000 }, () => message("N", "x".repeat(100)))),
    /通知太多/,
  ],
  "a refusal without words": [message("E", "\0"), /错误消息/],
};

for (const [what, [says, message]] of Object.entries(REFUSED)) {
  Deno.test(`the login answers ${what} at once, in words`, async () => {
    await using server = new GaussServer({ says });
    await using db = open(server.url);
    const begunAt = performance.now();
    await assert.rejects(ask(db), (thrown: Error) => {
      assert.equal(thrown.name, "LoginError");
      assert.match(thrown.message, message);
      assert.doesNotMatch(thrown.message + thrown.stack, /s3cret/);
      return true;
    });
    assert.ok(performance.now() - begunAt < 2_000);
  });
}

Deno.test("the login waits no longer than a connection may take for a server that falls silent", async () => {
  const options: GaussServerOptions = { says: Buffer.from("R\0\0\0\x64half") };
  await using server = new GaussServer(options);
  await using db = new Kysely<unknown>({
    dialect: serverDialect({
      url: server.url,
      poolSize: 1,
      product: "opengauss",
      statementTimeoutMs: 15_000,
      connectMsMax: 300,
    }),
  });
  await assert.rejects(ask(db), { code: /^CONNECT/ });
});
