import type { Transaction } from "kysely";
import type { Actor } from "../audit/actor.ts";
import type { AuditEvent } from "../audit/event.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { CheckoutDb } from "./legs.ts";
import type { Order } from "./order.ts";

/** In whose name an order is moved, and whose order it is. */
export interface OrderParties {
  readonly actor: Actor;
  readonly patientId: string;
}

/** Writes all that one transaction did to an order at once. */
export async function recordEvents(
  { audit }: { readonly audit: AuditWriter },
  tx: Transaction<CheckoutDb>,
  { order, parties, events }: {
    readonly order: Pick<Order, "id" | "institutionId" | "terminalId">;
    readonly parties: OrderParties;
    readonly events: readonly AuditEvent[];
  },
): Promise<void> {
  const about = {
    orderId: order.id,
    organisationId: order.institutionId,
    // An order begun on a phone stands at no terminal.
    ...(order.terminalId !== order.institutionId && { terminalId: order.terminalId }),
    patientId: parties.patientId,
  };
  await audit.record(tx, parties.actor, events.map((event) => ({ ...about, ...event })));
}
