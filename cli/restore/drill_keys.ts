import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import type { BackupConfig } from "../../server/platform/config.ts";
import { UsageError } from "../command.ts";
import { readPublicKey } from "../key/key_files.ts";
import { openProvider, readKeyStore } from "../platform_keys.ts";
import type { DrillKeys } from "./drill_checks.ts";

/** Before anything is restored: a drill that cannot look at the trail proves half. */
export async function openDrillKeys(
  { crypto }: BackupConfig,
  auditKey: string | undefined,
): Promise<DrillKeys & AsyncDisposable> {
  if (auditKey !== undefined) {
    const publicKey = await readPublicKey(auditKey);
    const provider = new SoftwareProvider(portableEngine(), { name: "drill" });
    const close = () => provider[Symbol.asyncDispose]();
    return { kind: "public", provider, publicKey, [Symbol.asyncDispose]: close };
  }
  if (crypto.key_store === undefined) {
    throw new UsageError(
      "核对审计链要有平台的密钥库（crypto.key_store），没有时用 --audit-key <审计签名的公钥>",
    );
  }
  const opened = await openProvider(crypto, await readKeyStore(crypto));
  const close = () => opened[Symbol.asyncDispose]();
  return { kind: "store", provider: opened.provider, [Symbol.asyncDispose]: close };
}
