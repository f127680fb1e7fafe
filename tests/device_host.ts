/** The host of a vendor library alone, for emulators, which take long to load all of `main.ts`. */
import { runHost } from "../ffi/vendor/host_child.ts";

if (import.meta.main) await runHost(Deno.args[0] ?? "");
