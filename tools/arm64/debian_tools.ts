import { exists } from "../exists.ts";
import { say } from "../say.ts";
import { aptGet, canInstall } from "../setup_machine.ts";
import { PiecesMissing } from "./pieces_missing.ts";

/** Debian's package → a file that is there with it. */
export type DebianTools = Readonly<Record<string, string>>;

/** Installs what is missing, as root; throws `PiecesMissing` with what has to be installed by hand. */
export async function requireTools(tools: DebianTools): Promise<void> {
  const missing = await missingOf(tools);
  if (missing.length === 0) return;
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (!await canInstall()) {
    throw new PiecesMissing(`As root on a Debian-like system: apt-get ${install.join(" ")}`);
  }
  await say(`Installing ${missing.join(", ")}`);
  if (await aptGet(["update"]) && await aptGet(install)) {
    if ((await missingOf(tools)).length === 0) return;
  }
  throw new PiecesMissing(`Cannot install ${missing.join(", ")}`);
}

async function missingOf(tools: DebianTools): Promise<string[]> {
  const found = await Promise.all(Object.values(tools).map(exists));
  return Object.keys(tools).filter((_, at) => !found[at]);
}
