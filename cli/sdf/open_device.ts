import type { StoredKey } from "../../crypto/key_store.ts";
import type { ProviderAlarm } from "../../crypto/provider.ts";
import type { ChooseOptions } from "../../crypto/providers/choose.ts";
import type { SdfDeviceKey } from "../../crypto/providers/sdf.ts";
import { SdfError } from "../../crypto/providers/sdf_library.ts";
import { openSdfLibrary } from "../../ffi/sdf/sdf_library.ts";
import { parseSdfProfile, type SdfProfile } from "../../ffi/sdf/sdf_profile.ts";
import type { Config } from "../../server/platform/config.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { readPassword } from "../files/password.ts";

const PROFILE_BYTES_MAX = 64 * 1024;

interface DeviceOptions {
  /** As the device wrapped them. */
  readonly keys: readonly StoredKey[];
  readonly onKeysChanged?: (keys: readonly StoredKey[]) => Promise<void>;
  readonly onAlarm: (alarm: ProviderAlarm) => void;
}

/** The device that the configuration names, open. Throws StartError. */
export async function openConfiguredDevice(
  { library: path, sdf_profile }: Config["crypto"],
  options: DeviceOptions,
): Promise<NonNullable<ChooseOptions["sdf"]>> {
  if (path === undefined || sdf_profile === undefined) {
    throw new StartError(
      "crypto.provider = sdf 要同时设置 crypto.library（厂商的 SDF 动态库）和 crypto.sdf_profile" +
        "（它的配置文件，样例在 /usr/lib/yikatong/share/profiles/）",
    );
  }
  const profile = await readProfile(sdf_profile);
  const deviceKeys = await Promise.all(profile.keys.map(readDeviceKey));
  const library = await openLibrary(path, profile);
  const { kekIndex, sessions } = profile;
  return { library, deviceKeys, kekIndex, sessions, ...options };
}

async function openLibrary(path: string, profile: SdfProfile) {
  try {
    const errorOf = (call: string, code: number) => new SdfError(call, code);
    return await openSdfLibrary({ path, profile, errorOf });
  } catch (thrown) {
    throw new StartError(
      `密码设备打不开：${reasonOf(thrown)}。检查 crypto.library、crypto.sdf_profile、设备的连接和` +
        "厂商配置文件",
      { cause: thrown },
    );
  }
}

async function readProfile(path: string): Promise<SdfProfile> {
  const bytes = await readSmallFile(path, PROFILE_BYTES_MAX);
  try {
    return parseSdfProfile(new TextDecoder().decode(bytes), path);
  } catch (thrown) {
    throw new StartError(`密码设备的配置文件不能用：${reasonOf(thrown)}`, { cause: thrown });
  }
}

async function readDeviceKey(key: SdfProfile["keys"][number]): Promise<SdfDeviceKey> {
  const { label, version, usage, index, passwordFile } = key;
  const named = { label, usage, index, ...(version === undefined ? {} : { version }) };
  if (passwordFile === undefined) return named;
  const what = `密码设备 ${usage} 密钥 ${index} 的口令`;
  return { ...named, password: await readPassword({ file: passwordFile, what, isNew: false }) };
}
