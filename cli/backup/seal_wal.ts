import type { Engine } from "../../crypto/engine.ts";
import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { openInput } from "../files/input.ts";
import { namesIn } from "./find_backups.ts";
import { openWalFolder, PARTIAL_SUFFIX, SEALED_SUFFIX, walFolder } from "./layout.ts";
import { syncFolder, writeNew, writeSealed } from "./sealed_file.ts";
import type { Signer } from "./signature.ts";
import { HISTORY, SEGMENT } from "./wal_names.ts";

export interface SealWalDeps {
  readonly engine: Engine;
  readonly recipients: readonly Uint8Array[];
  readonly signer: Signer | null;
  readonly settings: Pick<BackupSettings, "folder">;
}

/**
 * Seals what was received whole, then removes it in clear. The segment under way, which
 * pg_receivewal calls `<name>.partial`, stays: from it a new start knows where to go on.
 */
export async function sealReceived(deps: SealWalDeps): Promise<void> {
  const names = await namesIn(openWalFolder(deps.settings));
  for (const name of names) {
    if (SEGMENT.test(name) || HISTORY.test(name)) await sealOne(deps, name);
  }
}

async function sealOne(deps: SealWalDeps, name: string): Promise<void> {
  const { engine, recipients, signer, settings } = deps;
  const from = `${openWalFolder(settings)}/${name}`;
  const path = `${walFolder(settings)}/${name}${SEALED_SUFFIX}`;
  const partial = path + PARTIAL_SUFFIX;
  await removeIfThere(partial);
  await removeIfThere(`${path}.sig`);
  using input = await openInput(from);
  const { sm3 } = await writeSealed(engine, { path: partial, recipients, content: input.pieces() });
  if (signer) await writeNew(`${path}.sig`, signer.sign(walMessage(name, sm3)));
  await Deno.rename(partial, path);
  await syncFolder(walFolder(settings));
  await Deno.remove(from);
}

/** What the signature of a segment is over: which one it is, and the SM3 of its sealed file. */
export function walMessage(name: string, sm3: string): Uint8Array {
  return new TextEncoder().encode(`yikatong wal ${name} ${sm3}\n`);
}

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((thrown) => {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  });
}
