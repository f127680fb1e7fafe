import { PAYMENT_PARTITIONED, type PaymentTables } from "./modules/payment/tables.ts";
import { OUTBOX_PARTITIONED, type OutboxTables } from "./platform/outbox.ts";

/** Every table of the one database; only composition code names this type. */
export type Tables = OutboxTables & PaymentTables;

/** Every table that grows with visits, made in monthly partitions. */
export const PARTITIONED: readonly string[] = [...OUTBOX_PARTITIONED, ...PAYMENT_PARTITIONED];
