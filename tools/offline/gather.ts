import { basename } from "node:path";
import { readTrustedKeys } from "../../server/platform/release/trusted_keys.ts";
import {
  MANIFEST_FILE,
  readManifest,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "../../server/platform/release/manifest.ts";
import { walkFolder } from "../../server/platform/release/walk_folder.ts";
import { type Archiving, writeArchive } from "../build/archive.ts";
import { BuildError } from "../build/build_error.ts";
import { writeManifest } from "../build/manifest.ts";
import { exists } from "../exists.ts";
import { ARCHITECTURES, packageVersion } from "../package/version.ts";
import { ROOT } from "../source_files.ts";
import { bundleFolder, type BundlePlace, releaseFolder } from "./layout.ts";

const SCRIPTS = ["install.sh", "preflight.sh", "answers.example.toml"];
const EXAMPLES = ["server.toml", "terminal.toml"];
/** For who stands before the machine. */
const DOCUMENTS = ["部署手册.md", "运维手册.md", "compatibility.md"];

/** Lays the bundle's folder out, with its manifest and without a signature. */
export async function gather(
  place: BundlePlace,
  keys: string,
  archive: (archiving: Archiving) => Promise<void> = writeArchive,
): Promise<void> {
  const folder = bundleFolder(place);
  const release = releaseFolder(place);
  const manifest = await signedManifest(release);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  for (const part of ["packages", "release", "keys", "docs", "examples"]) {
    await Deno.mkdir(`${folder}/${part}`, { recursive: true });
  }
  await copyKeys(keys, `${folder}/keys`);
  await copyPackages(place, manifest, `${folder}/packages`);
  await archive({
    folder: release,
    path: `${folder}/release/${basename(release)}.tar.xz`,
    created: new Date(manifest.created),
  });
  for (const name of SCRIPTS) await copy(`deploy/common/${name}`, `${folder}/${name}`);
  for (const name of EXAMPLES) {
    await copy(`deploy/common/config/${name}`, `${folder}/examples/${name}`);
  }
  for (const name of DOCUMENTS) await copy(`docs/${name}`, `${folder}/docs/${name}`);
  await writeSums(folder);
  await writeManifest(folder, manifest);
}

/** An unsigned release would be refused on every terminal: better told here. */
async function signedManifest(release: string): Promise<ReleaseManifest> {
  if (!await exists(`${release}/${SIGNATURES_FILE}`)) {
    throw new BuildError(
      `No signed release at ${release}: run "deno task build" and "yikatong release sign" first`,
    );
  }
  const read = readManifest(await Deno.readFile(`${release}/${MANIFEST_FILE}`));
  if (read.kind === "manifest") return read.manifest;
  throw new BuildError(`Cannot read ${release}/${MANIFEST_FILE}: ${read.reason}`);
}

async function copyKeys(from: string, to: string): Promise<void> {
  const keys = await readTrustedKeys(from);
  if (keys.length === 0) throw new BuildError(`No public keys at ${from}`);
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function copyPackages(
  { dist, target }: BundlePlace,
  { version }: ReleaseManifest,
  to: string,
): Promise<void> {
  const { deb, rpm } = ARCHITECTURES[target];
  for (const name of ["yikatong-server", "yikatong-terminal"]) {
    const written = packageVersion(version);
    for (const file of [`${name}_${written}_${deb}.deb`, `${name}-${written}-1.${rpm}.rpm`]) {
      if (!await exists(`${dist}/${file}`)) {
        throw new BuildError(`No ${dist}/${file}: run "deno task package" first`);
      }
      await Deno.copyFile(`${dist}/${file}`, `${to}/${file}`);
    }
  }
}

async function copy(from: string, to: string): Promise<void> {
  await Deno.copyFile(new URL(from, ROOT), to);
}

/** What a machine can check before any program of ours runs there. */
async function writeSums(folder: string): Promise<void> {
  const lines: string[] = [];
  for await (const { path } of walkFolder(folder)) {
    lines.push(`${await sha256Of(`${folder}/${path}`)}  ${path}\n`);
  }
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, lines.sort(byPath).join(""));
}

function byPath(left: string, right: string): number {
  return left.slice(66) < right.slice(66) ? -1 : 1;
}

async function sha256Of(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}
