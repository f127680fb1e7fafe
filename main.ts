import { runCommand } from "./cli/command.ts";
import { COMMANDS } from "./cli/commands.ts";

Deno.exitCode = await runCommand(COMMANDS, Deno.args);
