import { runCommand } from "./cli/command.ts";
import { COMMANDS } from "./cli/commands.ts";
import { RELEASE } from "./server/platform/release.ts";

if (RELEASE.form === "compiled") {
  await (await import("./cli/launch/revoke.ts")).revokeUnneeded(Deno.args);
}
Deno.exitCode = await runCommand(COMMANDS, Deno.args);
