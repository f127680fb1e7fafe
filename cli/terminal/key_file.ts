import { wipe } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { openKeyStore, sealKeyStore, type StoredKey } from "../../crypto/key_store.ts";
import type { ProviderReport } from "../../crypto/providers/choose.ts";
import { TERMINAL_AGREE_KEY, TERMINAL_SIGN_KEY } from "../../server/platform/signed_line.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { findLineKeys, type LineKeys } from "../../terminal/line/line_keys.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { openOutput, removePartial } from "../files/output.ts";
import { newStoredKey } from "../key/stored_keys.ts";
import { openProvider } from "../platform_keys.ts";
import { machineIdentities, type MachineIdentity } from "./machine_identity.ts";

/** This terminal's SM2 keys in a key store file that opens on this machine alone. */
export interface TerminalKeys extends AsyncDisposable {
  readonly keys: LineKeys;
  readonly report: ProviderReport;
  /** What the file's password is made of. */
  readonly sources: readonly string[];
}

const KEY_FILE_BYTES_MAX = 1 << 16;
const SPECS = [
  { label: TERMINAL_SIGN_KEY, usage: "sign" },
  { label: TERMINAL_AGREE_KEY, usage: "agree" },
] as const;

export function keyFileOf({ data_dir }: Pick<TerminalConfig, "data_dir">): string {
  return `${data_dir}/terminal-keys`;
}

/** Null when there is none yet. Throws StartError in words a technician can act on. */
export async function openTerminalKeys(
  config: Pick<TerminalConfig, "data_dir" | "crypto">,
  machines?: readonly MachineIdentity[],
): Promise<TerminalKeys | null> {
  const path = keyFileOf(config);
  if (!await exists(path)) return null;
  const file = await readSmallFile(path, KEY_FILE_BYTES_MAX);
  const { stored, sources } = tryToOpen(path, file, machines ?? await machineIdentities());
  const { provider: choice, library } = config.crypto;
  const provided = { provider: choice, library, allow_software_private_keys: true };
  await using opened = new AsyncDisposableStack();
  const { provider, report } = opened.use(await openProvider(provided, stored));
  const keys = await findLineKeys(provider);
  const kept = opened.move();
  return { keys, report, sources, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Two new keys; whoever calls has the data folder to itself. */
export async function makeTerminalKeys(
  config: Pick<TerminalConfig, "data_dir">,
  machines?: readonly MachineIdentity[],
): Promise<void> {
  const [machine] = machines ?? await machineIdentities();
  if (!machine) {
    throw new StartError("不能建立密钥文件：这台机器没有 /etc/machine-id，也读不到其他机器标识");
  }
  const path = keyFileOf(config);
  removePartial(path);
  const keys = SPECS.map((spec) => newStoredKey({ ...spec, algorithm: "sm2", leaves: "never" }, 1));
  using output = await openOutput({ path, force: true, isPrivate: true, isBinary: true });
  await output.fill([sealKeyStore(keys, machine.password)]);
  await output.finish();
  wipe(...keys.map(({ bytes }) => bytes));
}

function tryToOpen(
  path: string,
  file: Uint8Array,
  machines: readonly MachineIdentity[],
): { readonly stored: readonly StoredKey[]; readonly sources: readonly string[] } {
  for (const { sources, password } of machines) {
    try {
      return { stored: openKeyStore(file, password), sources };
    } catch (thrown) {
      if (!(thrown instanceof CryptoError)) throw thrown;
      if (thrown.code === "wrong_password") continue;
      throw new StartError(
        `密钥文件 "${path}" 已损坏：${thrown.message}。请执行 yikatong terminal enrol --again`,
        { cause: thrown },
      );
    }
  }
  throw new StartError(
    `密钥文件 "${path}" 在这台机器上打不开：它属于另一台机器（磁盘是复制或换来的），换过主板或` +
      "网卡，或者换了运行用户。请用原来的用户执行，或执行 yikatong terminal enrol --again 重新注册",
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
