import {
  type FirstPassword,
  initialise,
  needsAdministrators,
} from "../../server/modules/access/accounts/initialise.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import type { Services } from "../../server/services.ts";

/** The three administrators of a demo with their one-time passwords; none when they were there. */
export async function makeDemoAdministrators(
  { console, platform }: Pick<Services, "console" | "platform">,
): Promise<FirstPassword[]> {
  const deps = { ...console, ...platform };
  if (!await needsAdministrators(deps)) return [];
  return await initialise(deps, {
    administrators: [
      { duty: "system", login: "demo.system", name: "演示系统管理员" },
      { duty: "security", login: "demo.security", name: "演示安全管理员" },
      { duty: "audit", login: "demo.audit", name: "演示审计管理员" },
    ],
    city: null,
    actor: shellActor("yikatong dev"),
  });
}
