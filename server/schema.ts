import { AUDIT_PARTITIONED, type AuditTables } from "./modules/audit/tables.ts";
import type { PolicyTables } from "./modules/access/policy/tables.ts";
import type { SignInTables } from "./modules/access/sign_in/tables.ts";
import type { CertificateTables } from "./modules/access/certificates/tables.ts";
import type { ProgramTables } from "./modules/access/programs/tables.ts";
import type { SsoTables } from "./modules/access/sso/tables.ts";
import type { AuditExportTables } from "./modules/audit/viewer/export/tables.ts";
import type { VerifyRunTables } from "./modules/audit/verify_runs/tables.ts";
import type { AccessTables } from "./modules/access/tables.ts";
import type { PadKeyTables } from "./modules/fleet/pad_keys/tables.ts";
import type { BillingTables } from "./modules/billing/tables.ts";
import { CHECKOUT_PARTITIONED, type CheckoutTables } from "./modules/checkout/tables.ts";
import type { ComplianceTables } from "./modules/compliance/tables.ts";
import { FLEET_PARTITIONED, type FleetTables } from "./modules/fleet/tables.ts";
import { IDENTITY_PARTITIONED, type IdentityTables } from "./modules/identity/tables.ts";
import { INSURANCE_PARTITIONED, type InsuranceTables } from "./modules/insurance/tables.ts";
import { INPATIENT_PARTITIONED, type InpatientTables } from "./modules/inpatient/tables.ts";
import { LEDGER_PARTITIONED, type LedgerTables } from "./modules/ledger/tables.ts";
import { CARD_PARTITIONED, type CardTables } from "./modules/payment/card/tables.ts";
import { PAYMENT_PARTITIONED, type PaymentTables } from "./modules/payment/tables.ts";
import { REFUND_PARTITIONED, type RefundTables } from "./modules/refund/tables.ts";
import type { SettingsTables } from "./modules/settings/tables.ts";
import { OUTBOX_PARTITIONED, type OutboxTables } from "./platform/outbox.ts";
import type { RateTables } from "./platform/rate_limit.ts";
import type { RowAdoptionTables } from "./platform/row_adoption.ts";
import type { PartyHealthTables } from "./platform/party_health_rows.ts";
import type { RowAlarmTables } from "./platform/row_alarm.ts";
import type { SealingKeyTables } from "./platform/sealing_keys.ts";
import type { UpkeepTables } from "./platform/upkeep.ts";

/** Every table of the one database; only composition code names this type. */
export type Tables =
  & AuditTables
  & AuditExportTables
  & VerifyRunTables
  & AccessTables
  & CertificateTables
  & ProgramTables
  & SsoTables
  & SignInTables
  & PolicyTables
  & SettingsTables
  & FleetTables
  & PadKeyTables
  & IdentityTables
  & InsuranceTables
  & LedgerTables
  & PaymentTables
  & CardTables
  & CheckoutTables
  & RefundTables
  & BillingTables
  & InpatientTables
  & ComplianceTables
  & OutboxTables
  & RateTables
  & SealingKeyTables
  & RowAdoptionTables
  & RowAlarmTables
  & PartyHealthTables
  & UpkeepTables;

/** Every table that grows with visits, made in monthly partitions. */
export const PARTITIONED: readonly string[] = [
  ...AUDIT_PARTITIONED,
  ...FLEET_PARTITIONED,
  ...IDENTITY_PARTITIONED,
  ...INSURANCE_PARTITIONED,
  ...LEDGER_PARTITIONED,
  ...PAYMENT_PARTITIONED,
  ...CARD_PARTITIONED,
  ...CHECKOUT_PARTITIONED,
  ...REFUND_PARTITIONED,
  ...INPATIENT_PARTITIONED,
  ...OUTBOX_PARTITIONED,
];
