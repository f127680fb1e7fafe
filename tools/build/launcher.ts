import project from "../../deno.json" with { type: "json" };
import { RELEASE } from "../../server/platform/release.ts";
import { ROOT } from "../source_files.ts";
import { V8_FLAGS } from "./v8_flags.ts";

const LAUNCHER = new URL("deploy/common/launcher/yikatong", ROOT);

/** `bin/yikatong` of a release, with its version and how its runtime is started. */
export async function launcherScript(): Promise<string> {
  const text = await Deno.readTextFile(LAUNCHER);
  const unstable = project.unstable.map((feature) => `--unstable-${feature}`).join(" ");
  return text.replaceAll("@version@", RELEASE.version)
    .replaceAll("@unstable@", unstable)
    .replaceAll("@v8_flags@", V8_FLAGS);
}
