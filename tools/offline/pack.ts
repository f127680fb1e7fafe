import { basename, dirname } from "node:path";
import { openEngine } from "../../crypto/providers/choose.ts";
import { checkRelease } from "../../server/platform/release/check_release.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import { readTrustedKeys } from "../../server/platform/release/trusted_keys.ts";
import { BuildError } from "../build/build_error.ts";
import { runTool } from "../build/run_tool.ts";

/** One tar of a bundle that every signer has signed; what is to be told by another way. */
export async function pack(folder: string): Promise<string[]> {
  using engine = openEngine({ choice: "auto" }).engine;
  const { manifest, signers, troubles } = await checkRelease({
    folder,
    trusted: await readTrustedKeys(`${folder}/keys`),
    newDigest: () => engine.sm3Stream(),
    counterMin: 0,
    installedAt: new Date(),
  });
  if (!manifest || troubles.length > 0) {
    throw new BuildError(
      `Cannot pack ${folder}:\n  ${troubles.flatMap(troubleLines).join("\n  ")}`,
    );
  }
  const path = `${folder}.tar`;
  // Its parts are compressed already.
  await runTool([
    "tar",
    "--create",
    `--file=${path}`,
    "--format=ustar",
    "--sort=name",
    `--mtime=@${new Date(manifest.created).getTime() / 1_000}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    basename(folder),
  ], { cwd: dirname(folder), env: { LC_ALL: "C", TZ: "UTC" } });
  const bytes = await Deno.readFile(path);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  return [
    `${path}  ${(bytes.length / 1e6).toFixed(1)} MB`,
    `SHA-256   ${sha256}`,
    `SM3       ${engine.sm3(bytes).toHex()}`,
    ...signers.map(({ signer, keyId }) => `公钥指纹  ${signer}  ${keyId}`),
    "摘要和指纹要用另一种途径（当面、电话、公文）告诉安装的人，不要只放在同一个介质里",
  ];
}
