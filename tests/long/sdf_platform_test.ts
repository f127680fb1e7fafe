import assert from "node:assert/strict";
import { storeDevice } from "../../cli/key/store_device.ts";
import { openPlatformKeys, readKeyStore } from "../../cli/platform_keys.ts";
import { keyVersionOf } from "../../crypto/envelope.ts";
import type { ProviderAlarm } from "../../crypto/provider.ts";
import { toConfig } from "../../server/platform/config.ts";
import { requiredConfig } from "../required_config.ts";
import { newSimulatedSdf, openSdfBench, type SimulatedSdf } from "../sdf.ts";

const bench = await openSdfBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());

interface Site {
  readonly device: SimulatedSdf;
  readonly configFile: string;
  readonly store: string;
  readonly profileFile: string;
}

/** A platform's folder with a device in it. */
async function newSite(kind: "standard" | "sansec"): Promise<Site> {
  const device = await newSimulatedSdf(bench, { kind, password: "right of the key" });
  const { folder } = device;
  const profileFile = `${folder}/sdf.toml`;
  const passwordFile = `${folder}/right`;
  await Deno.writeTextFile(passwordFile, "right of the key\n", { mode: 0o600 });
  const key = `[[keys]]\nlabel = "platform-sign"\nusage = "sign"\nindex = 1\n` +
    `passwordFile = "${passwordFile}"\n`;
  await Deno.writeTextFile(profileFile, device.profileText + key);
  const store = `${folder}/device_keys`;
  const configFile = `${folder}/yikatong.toml`;
  const site = { device, configFile, store, profileFile };
  await Deno.writeTextFile(configFile, configText(site));
  return site;
}

function cryptoOf({ device, store, profileFile }: Omit<Site, "configFile">) {
  return {
    provider: "sdf",
    library: device.libraryPath,
    sdf_profile: profileFile,
    key_store: store,
  };
}

function configText(site: Site): string {
  const tables = Object.entries({ ...requiredConfig(), crypto: cryptoOf(site) });
  return tables.map(([name, table]) => {
    const lines = Object.entries(table ?? {}).map(([key, value]) => `${key} = "${value}"`);
    return `[${name}]\n${lines.join("\n")}\n`;
  }).join("");
}

function configOf(site: Site) {
  return toConfig({ ...requiredConfig(), crypto: cryptoOf(site) }, {}).crypto;
}

Deno.test("a device makes the platform's keys, seals columns with them and tells its outage", {
  ignore: !bench,
}, async () => {
  const site = await newSite("sansec");
  assert.equal(await storeDevice(["--config", site.configFile]), 0);
  assert.equal(((await Deno.stat(site.store)).mode ?? 0) & 0o777, 0o600);
  const alarms: ProviderAlarm[] = [];
  const onAlarm = (alarm: ProviderAlarm) => void alarms.push(alarm);
  await using keys = await openPlatformKeys(configOf(site), { onAlarm });
  assert.equal(keys.report.chosen, "sdf");
  assert.equal(keys.report.hardware, true);
  assert.ok(keys.report.selfTests.some(({ name }) => name === 'device: SM2 key "platform-sign"'));
  const sealed = await keys.sealer.seal("patient.name", "张三");
  assert.equal(await keys.sealer.open("patient.name", sealed), "张三");
  const index = await keys.sealer.index("id_number", "1");
  assert.deepEqual(await keys.sealer.index("id_number", "1"), index);
  await site.device.trouble("unplugged");
  await assert.rejects(keys.sealer.open("patient.name", sealed), { code: "unavailable" });
  await site.device.trouble(null);
  assert.equal(await keys.sealer.open("patient.name", sealed), "张三");
  assert.deepEqual(alarms.map(({ kind }) => kind), ["provider_down", "provider_back"]);
});

Deno.test("yikatong key store device changes nothing that is there, and rotates", {
  ignore: !bench,
}, async () => {
  const site = await newSite("sansec");
  const config = ["--config", site.configFile];
  await storeDevice(config);
  const first = await readKeyStore(configOf(site));
  const sealed = await sealOne(site);
  await storeDevice(config);
  assert.deepEqual(await readKeyStore(configOf(site)), first);
  await storeDevice([...config, "--rotate", "column-data"]);
  const rotated = await readKeyStore(configOf(site));
  assert.deepEqual(rotated.map(({ label, version }) => `${label} ${version}`).toSorted(), [
    "audit-tag 1",
    "column-data 1",
    "column-data 2",
    "column-index 1",
    "program-token 1",
    "row-tag 1",
  ]);
  await using keys = await openPlatformKeys(configOf(site));
  assert.equal(await keys.sealer.open("patient.name", sealed), "张三");
  assert.equal(keyVersionOf(await keys.sealer.seal("patient.name", "李四")), 2);
  await assert.rejects(storeDevice([...config, "--rotate", "none"]), /可以更换的是/);
});

Deno.test("a device without HMAC makes no half key file", { ignore: !bench }, async () => {
  const site = await newSite("standard");
  await assert.rejects(
    storeDevice(["--config", site.configFile]),
    /做不了 column-index.*没有 HMAC/,
  );
  await assert.rejects(Deno.stat(site.store), Deno.errors.NotFound);
});

Deno.test("what is wrong with a device's configuration is said in words", {
  ignore: !bench,
}, async () => {
  const site = await newSite("sansec");
  const config = configOf(site);
  const { sdf_profile: _, ...noProfile } = config;
  await assert.rejects(openPlatformKeys(config), /device_keys"/);
  await storeDevice(["--config", site.configFile]);
  await assert.rejects(openPlatformKeys(noProfile), /要同时设置 crypto.library/);
  await assert.rejects(
    openPlatformKeys({ ...config, library: "/none/libsdf.so" }),
    /密码设备打不开：Cannot load the SDF library "\/none/,
  );
  await Deno.writeTextFile(site.profileFile, "kekIndex = 1");
  await assert.rejects(openPlatformKeys(config), /密码设备的配置文件不能用.*name/);
  await Deno.writeTextFile(site.store, "{}");
  await assert.rejects(openPlatformKeys(config), /不是密码设备的密钥文件/);
});

Deno.test("yikatong doctor examines the device", { ignore: !bench }, async () => {
  const site = await newSite("sansec");
  await storeDevice(["--config", site.configFile]);
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "main.ts", "doctor", "--config", site.configFile],
    cwd: new URL("../..", import.meta.url),
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.equal(code, 0, said);
  assert.match(said, /密码提供者：sdf（配置 crypto.provider = sdf）/);
  assert.match(said, /自检 device: SM4-GCM/);
  assert.match(said, /密钥 column-data 第 1 版/);
  assert.ok(!said.includes("right of the key"));
});

async function sealOne(site: Site): Promise<Uint8Array> {
  await using keys = await openPlatformKeys(configOf(site));
  return await keys.sealer.seal("patient.name", "张三");
}
