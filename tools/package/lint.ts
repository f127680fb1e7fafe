import { deployPath } from "./deploy_files.ts";
import { type RunOptions, tryRun } from "./run.ts";

/** Nothing of what Debian's checker calls an error or a warning; each exception has its reason. */
export async function lintDebs(paths: readonly string[]): Promise<string[]> {
  return await lintian(paths, []);
}

/** UOS wants its packages below /opt and their documents with the other files. */
export async function lintUosDebs(paths: readonly string[]): Promise<string[]> {
  const tags = "dir-or-file-in-opt,no-changelog,no-copyright-file";
  return await lintian(paths, ["--suppress-tags", tags]);
}

async function lintian(paths: readonly string[], options: readonly string[]): Promise<string[]> {
  return await findingsOf(
    "lintian",
    ["-E", "-I", "--pedantic", "--allow-root", "--fail-on", "error,warning", ...options, ...paths],
    /^[EW]: /,
  );
}

export async function lintRpms(paths: readonly string[]): Promise<string[]> {
  const settings = deployPath("kylin/rpm/rpmlint.toml");
  return await findingsOf("rpmlint", ["--config", settings, ...paths], /: [EW]: /);
}

/** A checker that fails without a word has found something, too. */
export async function findingsOf(
  command: string,
  args: readonly string[],
  finding: RegExp,
  options: RunOptions = {},
): Promise<string[]> {
  const { code, said } = await tryRun(command, args, options);
  const found = said.split("\n").filter((line) => finding.test(line));
  return code === 0 || found.length > 0 ? found : [`${command} ended with ${code}: ${said}`];
}
