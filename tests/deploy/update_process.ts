/** An updater in a process of its own, which dies at a step it is told: power that fails there. */
import { commit } from "../../cli/update/commit.ts";
import type { Step } from "../../cli/update/deps.ts";
import { openUpdate } from "../../cli/update/options.ts";
import { rollback } from "../../cli/update/rollback.ts";
import { stage } from "../../cli/update/stage.ts";
import { switchTo } from "../../cli/update/switch.ts";

const [releases, packaged, trust, archive = "", version = "", acts = "", dieAt = ""] = Deno.args;

using opened = await openUpdate({ releases, packaged, trust });
const deps = {
  ...opened,
  kysec: null,
  say: () => {},
  at(step: Step) {
    if (step === dieAt) Deno.kill(Deno.pid, "SIGKILL");
  },
};
for (const act of acts.split(",")) {
  if (act === "stage") await stage(deps, archive);
  if (act === "switch") {
    const limits = { probationSeconds: 900, drainSeconds: 0 };
    await switchTo(deps, { version, permit: null, again: true, ...limits });
  }
  if (act === "commit") await commit(deps, version);
  if (act === "rollback") await rollback(deps, { version, reason: "test" });
}
