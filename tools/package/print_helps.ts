/**
 * What each command says of itself, for whoever makes manuals of it: every argument is a command's
 * words (`"audit verify"`), its help comes behind a line with a record separator and these words.
 */
import { print, runCommand } from "../../cli/command.ts";
import { COMMANDS } from "../../cli/commands.ts";
import { RECORD } from "./help.ts";

for (const words of Deno.args) {
  print(`${RECORD}${words}`);
  const args = words.split(" ").filter((word) => word !== "");
  const code = await runCommand(COMMANDS, [...args, "--help"]);
  if (code !== 0) Deno.exit(code);
}
