import { runQuietly } from "./run_quietly.ts";

/** What was unpacked into a folder, one `libssl3 3.0.22-1~deb12u2` to a line. */
const PACKAGES_FILE = "packages.txt";

/**
 * Unpacks packages of arm64 from the suite that this machine has. Nothing is installed, no
 * architecture is added to dpkg: apt checks the signatures, its lists stay in the folder and go again.
 */
export async function unpackPackages(folder: string, names: readonly string[]): Promise<void> {
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
  await runQuietly("apt-get", [...options, "update"], { cwd: folder });
  await runQuietly("apt-get", [...options, "download", ...names], { cwd: apt });
  const entries = await Array.fromAsync(Deno.readDir(apt), ({ name }) => name);
  const archives = entries.filter((name) => name.endsWith(".deb")).sort();
  for (const archive of archives) {
    await runQuietly("dpkg-deb", ["--extract", `${apt}/${archive}`, folder], { cwd: folder });
  }
  await Deno.writeTextFile(`${folder}/${PACKAGES_FILE}`, archives.map(packageOf).join("\n"));
  await Deno.remove(apt, { recursive: true });
}

export async function unpackedPackages(folder: string): Promise<string[]> {
  return (await Deno.readTextFile(`${folder}/${PACKAGES_FILE}`)).trim().split("\n");
}

/** `libssl3_3.0.22-1~deb12u2_arm64.deb` → `libssl3 3.0.22-1~deb12u2`; apt writes `:` as `%3a`. */
export function packageOf(archive: string): string {
  const [name, version] = decodeURIComponent(archive).split("_");
  return `${name} ${version}`;
}
