import { gatherFacts } from "./facts.ts";
import { permissionFlags } from "./grants.ts";
import { grantsFor } from "./permissions.ts";
import { quoted } from "./quoted.ts";

/** Of a release's `bin/yikatong`: prints the runtime's flags for a command line, for a shell to read. */
const flags = permissionFlags(grantsFor(await gatherFacts(Deno.args)));
await Deno.stdout.write(new TextEncoder().encode(`${quoted(flags)}\n`));
