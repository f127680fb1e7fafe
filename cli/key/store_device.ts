import { CryptoError } from "../../crypto/errors.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import type { KeySpec, SmProvider } from "../../crypto/provider.ts";
import { type Config, loadConfig } from "../../server/platform/config.ts";
import { complain, type ExitCode, printDone, readOptions, StartError } from "../command.ts";
import { requireFolder } from "../files/output.ts";
import { openProvider } from "../platform_keys.ts";
import { readDeviceStore, writeDeviceStore } from "../sdf/device_store.ts";
import { COLUMN_KEYS, LADDER_KEYS, PROOF_KEYS } from "./platform_specs.ts";
import { lockStore, replaceStore } from "./store_file.ts";

/** SM2 keys are made in the device by its own tools, and the profile names them; SDF wraps no keys. */
const MADE_HERE = [...COLUMN_KEYS, ...PROOF_KEYS].filter(({ algorithm, usage }) =>
  algorithm !== "sm2" && usage !== "wrap"
);

const HELP = `用法: yikatong key store device [--config <文件>] [--rotate <名称>]

crypto.provider = sdf 时用：让密码设备产生平台需要的密钥，由设备加密后存入 crypto.key_store
（0600）。已有的不改动。密钥只有这台设备（或有同一密钥加密密钥的设备）能用：设备按厂商的办法备份，
这个文件也要备份，复制到每一台平台机器，再逐台重新启动。

  --config <文件>   平台的配置
  --rotate <名称>   给一种密钥增加新版本，如 column-data；旧版本留着，读旧数据

例:
  yikatong key store device --config /etc/yikatong/yikatong.toml`;

export async function storeDevice(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { config: { type: "string" }, rotate: { type: "string" } },
  });
  if (!options) return 0;
  const { crypto } = await loadConfig(options.config === undefined ? {} : { file: options.config });
  const keys = await changeDeviceStore(crypto, async (provider) => {
    for (const spec of await specsToMake(provider, options.rotate)) await make(provider, spec);
  });
  printDone(
    keys.map(({ label, version, algorithm }) => `${label}  ${version}  ${algorithm}`),
    "列表",
  );
  return 0;
}

/** Gives all keys that are there afterwards; nothing is written when `work` throws. */
async function changeDeviceStore(
  config: Config["crypto"],
  work: (provider: SmProvider) => Promise<void>,
): Promise<readonly StoredKey[]> {
  const { key_store: path } = config;
  if (config.provider !== "sdf" || path === undefined) {
    throw new StartError('配置里要有 crypto.provider = "sdf" 和 crypto.key_store');
  }
  await requireFolder(path);
  using _lock = await lockStore(path);
  const exists = await Deno.lstat(path).then(() => true, () => false);
  const before = exists ? await readDeviceStore(path) : [];
  let keys: readonly StoredKey[] = copyKeys(before);
  using output = await replaceStore(path, { force: exists });
  const onKeysChanged = (changed: readonly StoredKey[]) => {
    keys = copyKeys(changed);
    return Promise.resolve();
  };
  await using opened = await openProvider(config, before, {
    onKeysChanged,
    onAlarm: ({ detail }) => complain(`密码设备：${detail}`),
  });
  await work(opened.provider);
  await output.fill([writeDeviceStore(keys)]);
  await output.finish();
  return keys;
}

/** Whoever is given keys wipes them later. */
function copyKeys(keys: readonly StoredKey[]): StoredKey[] {
  return keys.map((key) => ({ ...key, bytes: key.bytes.slice() }));
}

async function specsToMake(
  provider: SmProvider,
  rotate: string | undefined,
): Promise<readonly KeySpec[]> {
  if (rotate !== undefined) {
    const found = COLUMN_KEYS.find(({ label }) => label === rotate);
    if (found && await provider.findKey(rotate)) return [found];
    const labels = COLUMN_KEYS.map(({ label }) => label).join("、");
    throw new StartError(`密钥文件里没有 "${rotate}"：可以更换的是 ${labels}`);
  }
  const missing: KeySpec[] = [];
  for (const spec of MADE_HERE) {
    if (!await provider.findKey(spec.label)) missing.push(spec);
  }
  if (missing.length === 0) complain("密钥已经齐全，没有改动");
  for (const { label } of LADDER_KEYS) {
    complain(
      `注意：不产生 ${label}：SDF 没有包装密钥的接口，密码设备做不了密码键盘和银行卡主机的密钥；` +
        "要收银行卡，用软件密钥库（crypto.provider = native 或 portable）",
    );
  }
  for (const { label } of PROOF_KEYS.filter(({ algorithm }) => algorithm === "sm2")) {
    if (await provider.findKey(label)) continue;
    complain(`注意：还没有 SM2 密钥 ${label}：在设备里产生，再写进 crypto.sdf_profile 的 [[keys]]`);
  }
  return missing;
}

async function make(provider: SmProvider, spec: KeySpec): Promise<void> {
  try {
    await provider.generateKey(spec);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError) || thrown.code !== "not_supported") throw thrown;
    throw new StartError(
      `密码设备做不了 ${spec.label}（${spec.algorithm}）：GM/T 0018-2012 没有 HMAC，向厂商要支持 ` +
        "HMAC-SM3 的版本，并在 crypto.sdf_profile 里设置 hmac = true",
      { cause: thrown },
    );
  }
}
