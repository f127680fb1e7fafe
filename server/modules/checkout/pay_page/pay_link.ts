import { createHash } from "node:crypto";
import { DomainError } from "../../../platform/errors.ts";
import type { PayLink } from "../contract.ts";
import type { OrderKey } from "../order.ts";
import { getOrder, type ReadOrderDeps } from "../read_order.ts";
import { needsTenderChoice } from "../saga.ts";
import { deleteOldLinks, findLinkedOrder, insertPayLink } from "./store.ts";

/**
 * One code for all (▲支付码一码付, R-PAY-10): the terminal shows one address, the phone opens it and is
 * offered what this order can be paid with. The token in it is the right to pay this one order while
 * it waits: 128 random bits, of which we keep the digest, good until the order's own deadline.
 */

const TOKEN_BYTES = 16;
const TOKEN_TEXT = /^[0-9a-f]{32}$/;
/** A phone that is a little late still sees what became of the order. */
const LATE_MS = 10 * 60_000;

export interface PayLinkDeps extends Pick<ReadOrderDeps, "db" | "tags" | "clock"> {
  /** Where phones reach this platform, without a slash at its end; null: no pages are offered. */
  readonly publicUrl: string | null;
}

export async function makePayLink(
  deps: PayLinkDeps,
  of: { readonly id: string; readonly terminalId: string },
): Promise<PayLink> {
  if (deps.publicUrl === null) {
    throw new DomainError("checkout.no_pay_page", "Cannot show one code: no public address is set");
  }
  const order = await getOrder(deps, of.id, of.terminalId);
  const { deadline } = order.saga;
  if (!needsTenderChoice(order.saga) || deadline === null) {
    throw new DomainError("checkout.wrong_state", "Cannot show one code: it is at another step");
  }
  const token = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toHex();
  const now = deps.clock.now();
  await deps.db.transaction().execute(async (tx) => {
    await deleteOldLinks(tx, now);
    await insertPayLink(tx, {
      token_digest: digestOf(token),
      order_id: order.id,
      order_at: order.at,
      institution_id: order.institutionId,
      made_at: now,
      expires_at: new Date(deadline + LATE_MS),
    });
  });
  return {
    url: `${deps.publicUrl}/m/pay/${token}`,
    expiresAt: new Date(deadline).toISOString(),
  };
}

/** Null for a token nobody was given, or whose time is over. */
export async function orderOfToken(
  deps: Pick<PayLinkDeps, "db" | "clock">,
  token: string,
): Promise<OrderKey | null> {
  if (!TOKEN_TEXT.test(token)) return null;
  return await findLinkedOrder(deps.db, { digest: digestOf(token), now: deps.clock.now() });
}

function digestOf(token: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
