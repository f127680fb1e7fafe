import { wipe } from "../crypto/bytes.ts";
import { type ColumnSealer, openColumnSealer } from "../crypto/envelope.ts";
import type { StoredKey } from "../crypto/key_store.ts";
import { chooseProvider, type ProviderReport } from "../crypto/providers/choose.ts";
import type { SmProvider } from "../crypto/provider.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import type { Config } from "../server/platform/config.ts";
import { StartError } from "./command.ts";
import { developmentKeys } from "./dev/development_keys.ts";
import { readStore } from "./key/store_file.ts";

export interface PlatformKeys extends AsyncDisposable {
  readonly provider: SmProvider;
  readonly report: ProviderReport;
  readonly sealer: ColumnSealer;
}

/** The provider the configuration names, self-tested, with the keys of its key store. */
export async function openPlatformKeys(config: Config["crypto"]): Promise<PlatformKeys> {
  return await openKeys(config, () => readKeyStore(config));
}

/** With keys out of a developer's secret; under `--insecure-development` and in demos only. */
export async function openDevelopmentKeys(
  config: Config["crypto"],
  secretHex: string,
): Promise<PlatformKeys> {
  return await openKeys(
    { ...config, allow_software_private_keys: true },
    () => Promise.resolve(developmentKeys(secretHex)),
  );
}

async function openKeys(
  config: Config["crypto"],
  read: () => Promise<readonly StoredKey[]>,
): Promise<PlatformKeys> {
  await using stack = new AsyncDisposableStack();
  const { provider, report } = stack.use(await openProvider(config, await read()));
  async function reload(): Promise<void> {
    if (!(provider instanceof SoftwareProvider)) return;
    const stored = await read();
    try {
      await provider.loadKeys(stored);
    } finally {
      for (const { bytes } of stored) wipe(bytes);
    }
  }
  const sealer = await openColumnSealer({ provider, reload });
  const opened = stack.move();
  return { provider, report, sealer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Chosen, self-tested and given copies of `keys`, which are wiped here. */
export async function openProvider(
  config: Config["crypto"],
  keys: readonly StoredKey[],
): Promise<Pick<PlatformKeys, "provider" | "report"> & AsyncDisposable> {
  try {
    const { provider, report } = await chooseProvider({
      choice: config.provider,
      ...(config.library !== undefined && { libraryPath: config.library }),
      allowSoftwarePrivateKeys: config.allow_software_private_keys,
      keys,
    });
    return { provider, report, [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose]() };
  } finally {
    for (const { bytes } of keys) wipe(bytes);
  }
}

/** Throws StartError in words an operator can act on. The caller wipes the keys' bytes. */
export async function readKeyStore(config: Config["crypto"]): Promise<StoredKey[]> {
  const { key_store, key_store_password_file } = config;
  if (key_store === undefined || key_store_password_file === undefined) {
    throw new StartError(
      "没有配置密钥库：先用 yikatong key store init 建立，再设置 crypto.key_store 和 " +
        "crypto.key_store_password_file",
    );
  }
  return await readStore(key_store, key_store_password_file);
}
