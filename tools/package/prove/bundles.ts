import { basename, dirname } from "node:path";
import { MANIFEST_FILE, SIGNATURES_FILE } from "../../../server/platform/release/manifest.ts";
import { makeSigner, type Signer } from "../../../tests/release_folder.ts";
import type { Archiving } from "../../build/archive.ts";
import { gather } from "../../offline/gather.ts";
import { bundleFolder, type BundlePlace } from "../../offline/layout.ts";
import { pack } from "../../offline/pack.ts";
import { run } from "../run.ts";

/** Who signs in a proof, with the folder of their public keys. */
export interface Signers {
  readonly signers: readonly Signer[];
  readonly keys: string;
}

export async function makeSigners(keys: string): Promise<Signers> {
  const signers = ["build", "owner"].map(makeSigner);
  await Deno.mkdir(keys);
  for (const { signer, pem } of signers) await Deno.writeTextFile(`${keys}/${signer}.pem`, pem);
  return { signers, keys };
}

export async function signFolder(folder: string, { signers }: Signers): Promise<void> {
  const manifest = await Deno.readFile(`${folder}/${MANIFEST_FILE}`);
  const signatures = signers.map(({ sign }) => sign(manifest));
  await Deno.writeTextFile(`${folder}/${SIGNATURES_FILE}`, `${JSON.stringify(signatures)}\n`);
}

/** Nobody is given it: to make it small would take minutes. */
async function archiveQuickly({ folder, path }: Archiving): Promise<void> {
  const [place, name] = [dirname(folder), basename(folder)];
  await run("tar", ["-C", place, "-cf", path, "--use-compress-program=xz -0", name]);
}

/** As `bundle:offline` makes it of a signed release and the packages beside it; the tar's path. */
export async function makeBundle(place: BundlePlace, signers: Signers): Promise<string> {
  const folder = bundleFolder(place);
  await gather(place, signers.keys, archiveQuickly);
  await signFolder(folder, signers);
  await pack(folder);
  return `${folder}.tar`;
}
