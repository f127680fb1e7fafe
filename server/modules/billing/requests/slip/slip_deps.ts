import type { Kysely } from "kysely";
import type { HisClient } from "../../../../gateways/his/client.ts";
import type { RowAlarmTables } from "../../../../platform/row_alarm.ts";
import type { AccessTables } from "../../../access/tables.ts";
import type { CreateOrderDeps } from "../../../checkout/create_order.ts";
import type { CheckoutDb } from "../../../checkout/legs.ts";
import type { OrderSite } from "../../../checkout/order.ts";
import type { ReadOrderDeps } from "../../../checkout/read_order.ts";
import type { TerminalSite } from "../../../fleet/terminal_site.ts";
import type { BillingTables } from "../../tables.ts";
import type { RequestDeps } from "../request_row.ts";

/** What a phone at a slip's page works with; it stands in its institution, at no terminal. */
export interface SlipDeps extends Omit<RequestDeps, "db"> {
  readonly db: Kysely<BillingTables & CheckoutDb & AccessTables & RowAlarmTables>;
  readonly his: Pick<HisClient, "findPatient" | "listBills">;
  readonly checkout: CreateOrderDeps & ReadOrderDeps;
  readonly siteOf: (institutionId: string) => Promise<TerminalSite>;
  readonly orderSite: (site: TerminalSite) => OrderSite;
  /** Whether HIS may be asked for this request once more in this minute. */
  readonly mayAsk: (requestId: string) => Promise<boolean>;
}
