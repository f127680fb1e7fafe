import assert from "node:assert/strict";
import { keyVersionOf } from "../../crypto/envelope.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { toConfig } from "../../server/platform/config.ts";
import { testDb } from "../db.ts";
import { rotate } from "../../cli/key/rotate.ts";
import { initStore } from "../../cli/key/store_init.ts";
import {
  openDevelopmentKeys,
  openPlatformKeys,
  readKeyStore,
  requireDatabaseKeys,
} from "../../cli/platform_keys.ts";
import { requiredConfig } from "../required_config.ts";

async function withStore(
  work: (at: { store: string; passwordFile: string; folder: string }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const passwordFile = `${folder}/password`;
    await Deno.writeTextFile(passwordFile, "correct horse\n", { mode: 0o600 });
    const store = `${folder}/keys`;
    await initStore(["--store", store, "--password-file", passwordFile]);
    await work({ store, passwordFile, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function cryptoConfig(store: string, passwordFile: string, provider = "auto") {
  const crypto = { provider, key_store: store, key_store_password_file: passwordFile };
  return toConfig({ ...requiredConfig(), crypto }, {}).crypto;
}

Deno.test("openPlatformKeys() seals under the key store of the configuration", async () => {
  await withStore(async ({ store, passwordFile }) => {
    await using native = await openPlatformKeys(cryptoConfig(store, passwordFile, "native"));
    await using portable = await openPlatformKeys(cryptoConfig(store, passwordFile, "portable"));
    assert.deepEqual([native.report.chosen, portable.report.chosen], ["native", "portable"]);
    const sealed = await native.sealer.seal("patient.name", "张三");
    assert.equal(await portable.sealer.open("patient.name", sealed), "张三");
    assert.deepEqual(
      await native.sealer.index("id_number", "1"),
      await portable.sealer.index("id_number", "1"),
    );
  });
});

Deno.test("two processes take over a rotated key one after the other", async () => {
  await withStore(async ({ store, passwordFile }) => {
    const config = cryptoConfig(store, passwordFile);
    await using running = await openPlatformKeys(config);
    const before = await running.sealer.seal("patient.name", "张三");
    const rotating = ["--store", store, "--password-file", passwordFile];
    assert.equal(await rotate([...rotating, "--label", "column-data"]), 0);
    await using restarted = await openPlatformKeys(config);
    const after = await restarted.sealer.seal("patient.name", "李四");
    assert.deepEqual([keyVersionOf(before), keyVersionOf(after)], [1, 2]);
    assert.equal(await running.sealer.open("patient.name", after), "李四");
    assert.equal(await restarted.sealer.open("patient.name", before), "张三");
  });
});

Deno.test("a key store that is not the database's is loaded again in vain, and not used", async () => {
  await withStore(async ({ store, passwordFile }) => {
    const config = cryptoConfig(store, passwordFile);
    let refusing = false;
    await using running = await openPlatformKeys(config, {
      check: () => refusing ? Promise.reject(new Error("another key store")) : Promise.resolve(),
    });
    refusing = true;
    const rotating = ["--store", store, "--password-file", passwordFile];
    assert.equal(await rotate([...rotating, "--label", "column-data"]), 0);
    await using restarted = await openPlatformKeys(config);
    const after = await restarted.sealer.seal("patient.name", "李四");
    await assert.rejects(running.sealer.open("patient.name", after), /another key store/);
    assert.equal(keyVersionOf(await running.sealer.seal("patient.name", "张三")), 1);
  });
});

Deno.test("a key store that cannot be had is told in words", async () => {
  await withStore(async ({ store, passwordFile, folder }) => {
    await assert.rejects(
      readKeyStore(toConfig(requiredConfig(), {}).crypto),
      /没有配置密钥库：先用 yikatong key store init 建立/,
    );
    const wrong = `${folder}/wrong`;
    await Deno.writeTextFile(wrong, "battery staple", { mode: 0o600 });
    await assert.rejects(readKeyStore(cryptoConfig(store, wrong)), /口令不对，或文件被改动过/);
    await assert.rejects(readKeyStore(cryptoConfig(`${folder}/none`, wrong)), /文件或目录不存在/);
    await assert.rejects(readKeyStore(cryptoConfig(passwordFile, wrong)), /不是密钥库，或已损坏/);
  });
});

Deno.test("development keys come out of one secret, the same every time", async () => {
  const { crypto } = toConfig(requiredConfig(), {});
  await using first = await openDevelopmentKeys(crypto, "5a".repeat(32));
  await using second = await openDevelopmentKeys(crypto, "5a".repeat(32));
  await using other = await openDevelopmentKeys(crypto, "a5".repeat(32));
  const sealed = await first.sealer.seal("patient.name", "张三");
  assert.equal(await second.sealer.open("patient.name", sealed), "张三");
  await assert.rejects(other.sealer.open("patient.name", sealed));
});

Deno.test("a key store of another database is refused before it seals anything", async () => {
  await using own = await testDb();
  const check = (secret: string) =>
    openDevelopmentKeys(toConfig(requiredConfig(), {}).crypto, secret, {
      check: async (sealer) =>
        void await requireDatabaseKeys({ db: own.db, clock: SYSTEM_CLOCK, sealer }, {
          readOnly: false,
        }),
    });
  await using _first = await check("5a".repeat(32));
  await using _again = await check("5a".repeat(32));
  await assert.rejects(
    check("a5".repeat(32)),
    /密钥库与数据库不符：column-data 第 1 版是另一个密钥/,
  );
});

Deno.test("a database without this version's tables is told to be migrated", async () => {
  await using own = await testDb();
  await own.db.schema.dropTable("sealing_key").execute();
  const { crypto } = toConfig(requiredConfig(), {});
  await using keys = await openDevelopmentKeys(crypto, "5a".repeat(32));
  const deps = { db: own.db, clock: SYSTEM_CLOCK, sealer: keys.sealer };
  await assert.rejects(requireDatabaseKeys(deps, { readOnly: true }), /先执行 yikatong migrate/);
});
