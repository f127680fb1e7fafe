import { wipe } from "../crypto/bytes.ts";
import { type ColumnSealer, openColumnSealer } from "../crypto/envelope.ts";
import type { StoredKey } from "../crypto/key_store.ts";
import { chooseProvider, type ProviderReport } from "../crypto/providers/choose.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import type { ProviderAlarm, SmProvider } from "../crypto/provider.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import {
  type LineKeys,
  type LineTrouble,
  openLineKeys,
} from "../server/modules/fleet/line/line_keys.ts";
import type { Config } from "../server/platform/config.ts";
import { compareSealingKeys, type SealingKeyDeps } from "../server/platform/sealing_keys.ts";
import { StartError } from "./command.ts";
import { developmentKeys } from "./dev/development_keys.ts";
import { PROOF_KEYS } from "./key/platform_specs.ts";
import { readStore } from "./key/store_file.ts";
import { readDeviceStore } from "./sdf/device_store.ts";
import { openConfiguredDevice } from "./sdf/open_device.ts";

export interface PlatformKeys extends AsyncDisposable {
  readonly provider: SmProvider;
  readonly report: ProviderReport;
  readonly sealer: ColumnSealer;
  /** What terminals come in with, or why they cannot. */
  readonly line: { readonly keys: LineKeys } | { readonly trouble: LineTrouble };
}

export interface PlatformKeysOptions {
  /**
   * Called with the keys before they are used, at the start and whenever the key store was loaded
   * again; throws when they are not the database's.
   */
  readonly check?: (sealer: ColumnSealer) => Promise<void>;
  /** Of a device: it is gone, or back. */
  readonly onAlarm?: (alarm: ProviderAlarm) => void;
}

/** The provider the configuration names, self-tested, with the keys of its key store. */
export async function openPlatformKeys(
  config: Config["crypto"],
  options: PlatformKeysOptions = {},
): Promise<PlatformKeys> {
  return await openKeys(config, { ...options, read: () => readKeyStore(config) });
}

/** With keys out of a developer's secret; under `--insecure-development` and in demos only. */
export async function openDevelopmentKeys(
  config: Config["crypto"],
  secretHex: string,
  options: PlatformKeysOptions = {},
): Promise<PlatformKeys> {
  const read = () => Promise.resolve(developmentKeys(secretHex));
  return await openKeys({ ...config, allow_software_private_keys: true }, { ...options, read });
}

/** The keys the platform serves with; a developer's secret counts only where it is allowed. */
export async function openConfiguredKeys(
  { crypto, development }: Pick<Config, "crypto" | "development">,
  options: PlatformKeysOptions & { readonly insecureDevelopment: boolean },
): Promise<PlatformKeys> {
  const { seal_key } = development;
  if (!options.insecureDevelopment || seal_key === undefined) {
    return await openPlatformKeys(crypto, options);
  }
  if (crypto.key_store !== undefined) {
    throw new StartError(
      "同时设置了 YIKATONG_DEVELOPMENT_SEAL_KEY 和 crypto.key_store：只能用其中一个",
    );
  }
  return await openDevelopmentKeys(crypto, seal_key, options);
}

async function openKeys(
  config: Config["crypto"],
  { read, check, onAlarm }: PlatformKeysOptions & {
    readonly read: () => Promise<readonly StoredKey[]>;
  },
): Promise<PlatformKeys> {
  await using stack = new AsyncDisposableStack();
  const alarms = onAlarm ? { onAlarm } : {};
  const { provider, report } = stack.use(await openProvider(config, await read(), alarms));
  async function reload(): Promise<void> {
    // A device's new key file is taken into use by a restart: there is no second device to try it.
    if (!(provider instanceof SoftwareProvider)) return;
    const stored = await read();
    try {
      // Apart from the provider in use, which would seal with a newer key as soon as it has it.
      await using candidate = new SoftwareProvider(portableEngine(), {
        name: "check",
        keys: stored,
      });
      await check?.(await openColumnSealer({ provider: candidate }));
      await provider.loadKeys(stored);
    } finally {
      for (const { bytes } of stored) wipe(bytes);
    }
  }
  const sealer = await openColumnSealer({ provider, reload });
  await check?.(sealer);
  const line = await openLineKeys(provider);
  const opened = stack.move();
  return { provider, report, sealer, line, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

export interface OpenProviderOptions extends Pick<PlatformKeysOptions, "onAlarm"> {
  /** Of a device, for the commands that make keys. */
  readonly onKeysChanged?: (keys: readonly StoredKey[]) => Promise<void>;
}

/** Chosen, self-tested and given copies of `keys`, which are wiped here. */
export async function openProvider(
  config: Config["crypto"],
  keys: readonly StoredKey[],
  { onAlarm = () => {}, onKeysChanged }: OpenProviderOptions = {},
): Promise<Pick<PlatformKeys, "provider" | "report"> & AsyncDisposable> {
  const own = {
    choice: config.provider,
    allowSoftwarePrivateKeys: config.allow_software_private_keys,
  };
  try {
    const { provider, report } = config.provider === "sdf"
      ? await chooseProvider({
        ...own,
        keys: [],
        sdf: await openConfiguredDevice(config, {
          keys,
          onAlarm,
          ...(onKeysChanged && { onKeysChanged }),
        }),
      })
      : await chooseProvider({
        ...own,
        ...(config.library !== undefined && { libraryPath: config.library }),
        keys,
      });
    return { provider, report, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
  } finally {
    for (const { bytes } of keys) wipe(bytes);
  }
}

/** For operators: terminals cannot come in, and what to do about it. */
export function lineTroubleText(
  trouble: LineTrouble,
  { chosen }: Pick<ProviderReport, "chosen">,
): string {
  switch (trouble.kind) {
    case "missing":
      if (chosen === "sdf") {
        return "终端不能接入：线路要密钥协商，crypto.provider = sdf 还做不了，只有软件密钥库可以";
      }
      return `终端不能接入：密钥库里没有 ${trouble.labels.join("、")}。执行 yikatong key store ` +
        "add-missing（只在一台机器上，再复制到其他机器）";
    case "not_allowed":
      return "终端不能接入：线路要用平台的 SM2 私钥，而 SM2 私钥不得在软件中使用。没有密码设备时，" +
        "设置 crypto.allow_software_private_keys = true";
    default:
      return trouble satisfies never;
  }
}

/** Without them nothing may be written: throws StartError that says what to run. */
export async function requireProofKeys(
  provider: Pick<SmProvider, "findKey">,
  { chosen }: Pick<ProviderReport, "chosen">,
): Promise<void> {
  // A device wraps no keys; what is kept under such a key says so itself.
  const wanted = PROOF_KEYS.filter(({ usage }) => chosen !== "sdf" || usage !== "wrap");
  const found = await Promise.all(wanted.map(({ label }) => provider.findKey(label)));
  const missing = wanted.filter((_, at) => found[at] === null);
  if (missing.length === 0) return;
  const names = missing.map(({ label }) => label).join("、");
  if (chosen !== "sdf") {
    throw new StartError(
      `密钥库里没有 ${names}（审计和行标签）：执行 yikatong key store add-missing（只在一台机器上，` +
        "再复制到其他机器）",
    );
  }
  throw new StartError(
    `密码设备的密钥里没有 ${names}：执行 yikatong key store device；SM2 签名密钥 ` +
      "audit-sign 要在设备里产生，再写进 crypto.sdf_profile 的 [[keys]]（usage = sign）",
  );
}

/** As `PlatformKeysOptions.check`: throws StartError when the database knows other keys. */
export async function requireDatabaseKeys(
  deps: SealingKeyDeps,
  options: { readonly readOnly: boolean },
): Promise<readonly number[]> {
  const found = await askDatabase(() => compareSealingKeys(deps, options));
  switch (found.kind) {
    case "same":
      return found.versions;
    case "missing":
      throw new StartError(
        `数据库里有用 column-data 第 ${found.version} 版加密的数据，这个密钥库里没有这一版：` +
          "请从最后换过密钥的机器复制密钥库，不要再执行 init 或 rotate",
      );
    case "other":
      throw new StartError(
        `密钥库与数据库不符：${found.of === "data" ? "column-data" : "column-index"} 第 ` +
          `${found.version} 版是另一个密钥。请恢复这个数据库原来的密钥库；新增的机器要复制` +
          "密钥库，不能自己 init 或 rotate",
      );
  }
}

const UNDEFINED_TABLE = "42P01";

async function askDatabase<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (thrown) {
    const isOld = thrown instanceof Error && "code" in thrown && thrown.code === UNDEFINED_TABLE;
    if (!isOld) throw thrown;
    throw new StartError("数据库结构不是这个版本的：先执行 yikatong migrate", { cause: thrown });
  }
}

/** Throws StartError in words an operator can act on. The caller wipes the keys' bytes. */
export async function readKeyStore(config: Config["crypto"]): Promise<StoredKey[]> {
  const { key_store, key_store_password_file } = config;
  if (config.provider === "sdf") return await readDeviceKeys(key_store);
  if (key_store === undefined || key_store_password_file === undefined) {
    throw new StartError(
      "没有配置密钥库：先用 yikatong key store init 建立，再设置 crypto.key_store 和 " +
        "crypto.key_store_password_file",
    );
  }
  return await readStore(key_store, key_store_password_file);
}

async function readDeviceKeys(path: string | undefined): Promise<StoredKey[]> {
  if (path !== undefined) return await readDeviceStore(path);
  throw new StartError(
    "没有配置密钥文件：设置 crypto.key_store，再用 yikatong key store device 让密码设备产生密钥",
  );
}
