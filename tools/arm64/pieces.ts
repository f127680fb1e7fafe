/**
 * What an arm64 process needs on another machine: an emulator of the system's (`qemu-user`), Deno
 * for arm64 from its npm package, and the arm64 C library and libcrypto of the same Debian. They
 * are fetched once into the user's cache and unpacked there; nothing is installed, no architecture
 * is added to dpkg.
 */
import { exists } from "../exists.ts";

export interface Arm64Pieces {
  readonly qemu: string;
  readonly deno: string;
  /** Where `/lib` and `/usr/lib` of arm64 stand in for the machine's own. */
  readonly root: string;
  /** Deno's own cache of transpiled sources, apart from the machine's. */
  readonly denoDir: string;
  /** `libssl3 3.0.22-1~deb12u2` and the like. */
  readonly packages: readonly string[];
}

/** The digest that npm's registry publishes for the package, kept here so that no mirror decides. */
const DENO = {
  package: "@deno/linux-arm64-glibc",
  version: "2.9.5",
  sha512:
    "IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
};
const QEMU = "/usr/bin/qemu-aarch64";
/** libc and libgcc are what Deno links, libssl3 brings libcrypto.so.3. */
const PACKAGES = ["libc6", "libgcc-s1", "libssl3"];
const PACKAGES_FILE = "packages.txt";
const FETCH_MS_MAX = 5 * 60_000;
const SAID_CHARS_MAX = 1_000;

/** A piece is neither there nor to be had here; the message says why. */
export class PiecesMissing extends Error {
  override readonly name = "PiecesMissing";
}

/** Throws `PiecesMissing`, or another error for a piece that is not what it should be. */
export async function prepareArm64(): Promise<Arm64Pieces> {
  if (!await exists(QEMU)) {
    throw new PiecesMissing(`Cannot find ${QEMU}: expected Debian's qemu-user`);
  }
  const cache = await makeCacheFolder();
  const deno = `${cache}/deno-${DENO.version}`;
  const root = `${cache}/root`;
  await makeOnce(deno, fetchDeno);
  await makeOnce(root, fetchPackages);
  const packages = await Deno.readTextFile(`${root}/${PACKAGES_FILE}`);
  return {
    qemu: QEMU,
    deno: `${deno}/package/deno`,
    root,
    denoDir: `${cache}/deno-dir`,
    packages: packages.trim().split("\n"),
  };
}

async function makeCacheFolder(): Promise<string> {
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? (home === undefined ? home : `${home}/.cache`);
  if (cache === undefined) {
    throw new PiecesMissing("Cannot keep arm64 pieces: expected HOME to be set");
  }
  const folder = `${cache}/yikatong/arm64`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    return folder;
  } catch (cause) {
    throw new PiecesMissing(`Cannot keep arm64 pieces in ${folder}`, { cause });
  }
}

/** Made beside its place and then moved there, so that half a folder is never taken for a whole. */
async function makeOnce(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (await exists(folder)) return;
  const draft = `${folder}-${crypto.randomUUID()}`;
  await Deno.mkdir(draft);
  try {
    await make(draft);
    await Deno.rename(draft, folder);
  } catch (thrown) {
    await Deno.remove(draft, { recursive: true });
    // Another run was quicker.
    if (!await exists(folder)) throw thrown;
  }
}

async function fetchDeno(folder: string): Promise<void> {
  await runQuietly("npm", [
    "pack",
    "--loglevel=error",
    "--fetch-retries=1",
    `${DENO.package}@${DENO.version}`,
  ], folder);
  const [archive] = await namesIn(folder, ".tgz");
  if (archive === undefined) throw new Error("Cannot find what npm packed: expected a .tgz");
  const bytes = await Deno.readFile(`${folder}/${archive}`);
  const sha512 = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes)).toBase64();
  if (sha512 !== DENO.sha512) {
    throw new Error(`Cannot use ${archive}: its digest is ${sha512}, expected ${DENO.sha512}`);
  }
  await runQuietly("tar", ["-xzf", archive], folder);
  await Deno.remove(`${folder}/${archive}`);
}

/** apt checks the signatures; its lists for arm64 stay in the folder and go again. */
async function fetchPackages(folder: string): Promise<void> {
  const apt = `${folder}/apt`;
  await Deno.mkdir(`${apt}/lists/partial`, { recursive: true });
  await Deno.mkdir(`${apt}/cache/archives/partial`, { recursive: true });
  await Deno.writeTextFile(`${apt}/status`, "");
  const options = [
    "APT::Architecture=arm64",
    "APT::Architectures=arm64",
    `Dir::State=${apt}`,
    `Dir::State::lists=${apt}/lists`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    // The folder is this user's alone; apt's own user could not write there.
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  await runQuietly("apt-get", [...options, "update"], folder);
  await runQuietly("apt-get", [...options, "download", ...PACKAGES], apt);
  const archives = await namesIn(apt, ".deb");
  for (const archive of archives) {
    await runQuietly("dpkg-deb", ["--extract", `${apt}/${archive}`, folder], folder);
  }
  await Deno.writeTextFile(`${folder}/${PACKAGES_FILE}`, archives.map(packageOf).join("\n"));
  await Deno.remove(apt, { recursive: true });
}

/** `libssl3_3.0.22-1~deb12u2_arm64.deb` → `libssl3 3.0.22-1~deb12u2`; apt writes `:` as `%3a`. */
export function packageOf(archive: string): string {
  const [name, version] = decodeURIComponent(archive).split("_");
  return `${name} ${version}`;
}

/** Says something only when it fails. */
async function runQuietly(name: string, args: readonly string[], cwd: string): Promise<void> {
  const command = new Deno.Command(name, {
    args: [...args],
    cwd,
    stdin: "null",
    signal: AbortSignal.timeout(FETCH_MS_MAX),
  });
  const { success, stderr } = await command.output().catch((cause) => {
    throw new PiecesMissing(`Cannot start "${name}"`, { cause });
  });
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().slice(-SAID_CHARS_MAX);
  throw new PiecesMissing(`Cannot run "${name} ${args.join(" ")}": ${said}`);
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => name.endsWith(ending)).sort();
}
