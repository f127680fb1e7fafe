import { terminalActor } from "../../../server/modules/fleet/terminal_actor.ts";
import { orderKey } from "../../../server/modules/checkout/order.ts";
import { findOrder } from "../../../server/modules/checkout/store.ts";
import { requireOrder } from "../../../server/modules/refund/read_refund.ts";
import { requestRefund } from "../../../server/modules/refund/request_refund.ts";
import { DomainError } from "../../../server/platform/errors.ts";
import type { Services } from "../../../server/services.ts";
import { Crashed } from "../../crash.ts";
import type { AskedBack, Visit } from "../scenario.ts";
import type { Errand, VisitorDeps } from "./visitor.ts";

/** Who hears nothing asks again under the same id. */
const AGAIN_MS = 6_000;
const ASKS_MAX = 12;
const LATER_MS_MAX = 20_000;

/**
 * The patient comes back for money: each at a terminal of its own, before the other has an answer;
 * a millisecond apart, so that whose question is first does not hang on how busy the machine is.
 */
export async function askBack(deps: VisitorDeps, visit: Visit, errand: Errand): Promise<void> {
  if (visit.asksBack.length === 0) return;
  await deps.time.sleep(visit.seed % LATER_MS_MAX);
  await Promise.all(visit.asksBack.map(async (asked, n) => {
    await deps.time.sleep(n);
    await askOnce(deps, errand, asked);
  }));
}

async function askOnce(deps: VisitorDeps, errand: Errand, asked: AskedBack): Promise<void> {
  const id = deps.world.id();
  for (let n = 0; n < ASKS_MAX; n++) {
    const services = deps.services();
    if (services && await isTold(deps, services, { id, errand, asked })) return;
    await deps.time.sleep(AGAIN_MS);
  }
}

interface Asking {
  readonly id: string;
  readonly errand: Errand;
  readonly asked: AskedBack;
}

/** True once there is an answer, of whatever kind. */
async function isTold(
  { world, write }: VisitorDeps,
  services: Services,
  { id, errand, asked }: Asking,
): Promise<boolean> {
  try {
    const { checkout, rowTags, refunds } = services;
    const order = await findOrder(checkout.db, rowTags, orderKey(errand.id));
    if (!order?.completedAt) return true;
    const terminalId = world.terminal.id;
    const site = await services.sites.get(terminalId);
    await requestRefund(refunds, {
      id,
      orderId: errand.id,
      lines: asked === "all" ? null : [asked],
      why: "not_wanted",
      note: null,
      actor: terminalActor(site, { address: null, traceId: id }),
      asker: { by: "patient", terminalId },
      authorise: () => requireOrder(refunds, errand.id),
    });
    write(`${errand.name} is given back ${asked}`);
    return true;
  } catch (thrown) {
    if (thrown instanceof Crashed) return false;
    if (!(thrown instanceof DomainError)) throw thrown;
    write(`${errand.name} asks back ${asked}: ${thrown.code}`);
    return thrown.retry !== "safe";
  }
}
