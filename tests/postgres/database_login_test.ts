import assert from "node:assert/strict";
import { Kysely, sql } from "kysely";
import { openServerDatabase } from "../../server/platform/db.ts";
import { serverDialect } from "../../server/platform/server_dialect.ts";
import { runOpenssl } from "../openssl.ts";
import { startPostgresServer } from "../postgres_server.ts";

const USERS = `local all all trust
host all postgres 127.0.0.1/32 trust
host all by_scram 127.0.0.1/32 scram-sha-256
host all by_md5 127.0.0.1/32 md5
hostnossl all in_clear 127.0.0.1/32 password
hostssl all only_tls 127.0.0.1/32 scram-sha-256
`;

/** Who may come in and how, and a certificate for 127.0.0.1, where the server's user can read it. */
async function serverFiles(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-login-" });
  const { stdout } = await runOpenssl(
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      .concat(["-keyout", "/dev/stdout", "-days", "2", "-subj", "/CN=database"])
      .concat(["-addext", "subjectAltName=IP:127.0.0.1"]),
  );
  const pem = new TextDecoder().decode(stdout);
  const [key = "", certificate = ""] = ["PRIVATE KEY", "CERTIFICATE"].map((label) =>
    new RegExp(`-----BEGIN ${label}-----[^]*?-----END ${label}-----\n`).exec(pem)?.[0]
  );
  await Deno.writeTextFile(`${folder}/hba.conf`, USERS);
  await Deno.writeTextFile(`${folder}/server.pem`, certificate);
  await Deno.writeTextFile(`${folder}/server.key`, key, { mode: 0o600 });
  if (Deno.uid() === 0) {
    await new Deno.Command("chown", { args: ["-R", "postgres:", folder] }).output();
  }
  return folder;
}

Deno.test("signing in to PostgreSQL: every way, TLS, wrong passwords, standby, idle sessions", async (t) => {
  const folder = await serverFiles();
  await using server = await startPostgresServer({
    hba_file: `${folder}/hba.conf`,
    ssl: "on",
    ssl_cert_file: `${folder}/server.pem`,
    ssl_key_file: `${folder}/server.key`,
  });
  const { host, port } = new URL(server.url);
  const admin = openServerDatabase<unknown>({ url: `${server.url}/postgres`, poolSize: 1 });
  for (const user of ["by_scram", "in_clear", "only_tls"]) {
    await sql`create role ${sql.ref(user)} login password 'p@ss:wörd'`.execute(admin);
  }
  await sql`set password_encryption = 'md5'`.execute(admin);
  await sql`create role by_md5 login password 'p@ss:wörd'`.execute(admin);

  interface Try {
    readonly user: string;
    readonly password?: string;
    readonly query?: string;
    readonly allowMd5?: boolean;
    readonly at?: string;
  }
  const urlOf = ({ user, password = "p@ss:wörd", query = "", at = host }: Try) =>
    `postgres://${user}:${encodeURIComponent(password)}@${at}/postgres${query}`;
  const signIn = async ({ allowMd5 = false, ...rest }: Try) => {
    await using db = openServerDatabase<unknown>({ url: urlOf(rest), poolSize: 1, allowMd5 });
    const { rows: [row] } = await sql<{ who: string; is_encrypted: boolean; version: string }>`
      select session_user as who, ssl as is_encrypted, version from pg_stat_ssl
      where pid = pg_backend_pid()`.execute(db);
    return row;
  };

  await t.step("SCRAM, with a password that URLs and SASL would rather not see", async () => {
    assert.equal((await signIn({ user: "by_scram" }))?.who, "by_scram");
  });

  await t.step("MD5 only where it is allowed, in the clear on this machine only", async () => {
    await assert.rejects(signIn({ user: "by_md5" }), { code: "AUTH_NOT_ACCEPTED", message: /MD5/ });
    assert.equal((await signIn({ user: "by_md5", allowMd5: true }))?.who, "by_md5");
    assert.equal((await signIn({ user: "in_clear" }))?.who, "in_clear");
  });

  await t.step("TLS as it is asked for", async () => {
    const root = `sslrootcert=${folder}/server.pem`;
    const user = "only_tls";
    for (
      const query of [
        "?sslmode=require",
        "?sslmode=prefer",
        `?sslmode=verify-ca&${root}`,
        `?sslmode=verify-full&${root}`,
      ]
    ) {
      assert.equal((await signIn({ user, query }))?.is_encrypted, true, query);
    }
    await assert.rejects(signIn({ user }), { code: "28000" });
    await assert.rejects(signIn({ user, query: "?sslmode=verify-full" }), { code: "TLS_FAILED" });
    const elsewhere = { at: `localhost:${port}`, query: `?sslmode=verify-full&${root}` };
    await assert.rejects(signIn({ user, ...elsewhere }), { code: "TLS_FAILED" });
    const anyName = { at: `localhost:${port}`, query: `?sslmode=verify-ca&${root}` };
    assert.equal((await signIn({ user, ...anyName }))?.is_encrypted, true);
    await assert.rejects(signIn({ user, query: "?sslmode=require&sslrootcert=/nowhere.pem" }), {
      message: /nowhere\.pem/,
    });
  });

  await t.step("a wrong password is told, and not tried again at once", async () => {
    const url = urlOf({ user: "by_scram", password: "wrong" });
    await using db = openServerDatabase<unknown>({ url, poolSize: 5 });
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, () => sql`select 1`.execute(db)),
    );
    for (const answer of asked) {
      assert.equal(answer.status === "rejected" && answer.reason.code, "28P01");
    }
    await assert.rejects(sql`select 1`.execute(db), { message: /一分钟后再试/ });
  });

  await t.step("of several hosts the first that answers, or that takes writes", async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const nobody = `127.0.0.1:${taken.addr.port}`;
    taken.close();
    const at = `${nobody},${host}`;
    assert.equal((await signIn({ user: "by_scram", at }))?.who, "by_scram");
    const query = "?target_session_attrs=read-write";
    assert.equal((await signIn({ user: "by_scram", at, query }))?.who, "by_scram");
    await sql`alter role by_scram set default_transaction_read_only = on`.execute(admin);
    await assert.rejects(signIn({ user: "by_scram", query }), { code: "25006", message: /备机/ });
    await sql`alter role by_scram reset default_transaction_read_only`.execute(admin);
  });

  await t.step("a pool outlives its idle sessions", async () => {
    await sql`alter role by_scram set idle_session_timeout = 100`.execute(admin);
    await using db = new Kysely<unknown>({
      dialect: serverDialect({
        url: urlOf({ user: "by_scram" }),
        poolSize: 3,
        statementTimeoutMs: 5_000,
      }),
    });
    const all = () => Promise.all(Array.from({ length: 3 }, () => sql`select 1`.execute(db)));
    for (let round = 0; round < 3; round++) {
      await all();
      await sql`select pg_sleep(0.3)`.execute(admin);
    }
    await all();
  });
  await admin.destroy();
  await Deno.remove(folder, { recursive: true });
});
