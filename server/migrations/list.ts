// Written by tools/list_migrations.ts from the files of this folder.
// deno-fmt-ignore-file -- one line a migration
import platformOutbox from "./20261122000050_platform_outbox.sql" with { type: "text" };
import accessInit from "./20261122000100_access_init.sql" with { type: "text" };
import settingsInit from "./20261122000200_settings_init.sql" with { type: "text" };
import fleetInit from "./20261122000300_fleet_init.sql" with { type: "text" };
import identityInit from "./20261122000400_identity_init.sql" with { type: "text" };
import insuranceInit from "./20261122000500_insurance_init.sql" with { type: "text" };
import ledgerInit from "./20261122000600_ledger_init.sql" with { type: "text" };
import paymentInit from "./20261122000700_payment_init.sql" with { type: "text" };
import checkoutInit from "./20261122000800_checkout_init.sql" with { type: "text" };
import platformSealingKey from "./20261122110000_platform_sealing_key.sql" with { type: "text" };
import fleetLine from "./20261122130000_fleet_line.sql" with { type: "text" };
import auditInit from "./20261122140000_audit_init.sql" with { type: "text" };
import auditChain from "./20261122141000_audit_chain.sql" with { type: "text" };
import auditBreak from "./20261122141010_audit_break.sql" with { type: "text" };
import accessRights from "./20261122150000_access_rights.sql" with { type: "text" };
import accessInstitutionType from "./20261122150500_access_institution_type.sql" with { type: "text" };
import accessSignIn from "./20261122151000_access_sign_in.sql" with { type: "text" };
import accessOutside from "./20261122152000_access_outside.sql" with { type: "text" };
import identityPersons from "./20261122153000_identity_persons.sql" with { type: "text" };
import platformUpkeep from "./20261122153010_platform_upkeep.sql" with { type: "text" };
import platformRowTags from "./20261122153020_platform_row_tags.sql" with { type: "text" };
import auditExport from "./20261122154000_audit_export.sql" with { type: "text" };
import compliancePack from "./20261122156000_compliance_pack.sql" with { type: "text" };
import platformRowAlarm from "./20261122160000_platform_row_alarm.sql" with { type: "text" };
import checkoutOrderIdentification from "./20261122160010_checkout_order_identification.sql" with { type: "text" };
import auditTerminalIndex from "./20261122160020_audit_terminal_index.sql" with { type: "text" };
import platformRowAdoption from "./20261122200100_platform_row_adoption.sql" with { type: "text" };
import accessRowTags from "./20261122200110_access_row_tags.sql" with { type: "text" };
import accessSsoTag from "./20261122200120_access_sso_tag.sql" with { type: "text" };
import paymentEvidenceTrade from "./20261122200300_payment_evidence_trade.sql" with { type: "text" };
import auditVerifyRun from "./20261122200500_audit_verify_run.sql" with { type: "text" };
import auditExportActor from "./20261122200510_audit_export_actor.sql" with { type: "text" };
import compliancePackIndex from "./20261122200600_compliance_pack_index.sql" with { type: "text" };
import accessSsoSession from "./20261122200700_access_sso_session.sql" with { type: "text" };
import paymentChannels from "./20261123010000_payment_channels.sql" with { type: "text" };
import checkoutPayLink from "./20261123010100_checkout_pay_link.sql" with { type: "text" };
import paymentCard from "./20261123020000_payment_card.sql" with { type: "text" };
import fleetPadKeys from "./20261123020100_fleet_pad_keys.sql" with { type: "text" };
import insuranceRoutes from "./20261123030000_insurance_routes.sql" with { type: "text" };
import checkoutRefundLegs from "./20261123040000_checkout_refund_legs.sql" with { type: "text" };
import refundInit from "./20261123040100_refund_init.sql" with { type: "text" };
import ledgerBooks from "./20261123050000_ledger_books.sql" with { type: "text" };
import checkoutAct from "./20261123050100_checkout_act.sql" with { type: "text" };
import platformPartyHealth from "./20261123050200_platform_party_health.sql" with { type: "text" };
import identityFaces from "./20261123060000_identity_faces.sql" with { type: "text" };
import insuranceChoice from "./20261123080000_insurance_choice.sql" with { type: "text" };
import refundSealedText from "./20261123090000_refund_sealed_text.sql" with { type: "text" };
import paymentRefundTrade from "./20261123090100_payment_refund_trade.sql" with { type: "text" };
import checkoutActWaiting from "./20261123100000_checkout_act_waiting.sql" with { type: "text" };
import checkoutStatedReturn from "./20261123110000_checkout_stated_return.sql" with { type: "text" };
import insuranceMobileOrderTag from "./20261123120000_insurance_mobile_order_tag.sql" with { type: "text" };
import checkoutAttemptTrace from "./20261124020000_checkout_attempt_trace.sql" with { type: "text" };
import paymentCardStopped from "./20261124030000_payment_card_stopped.sql" with { type: "text" };
import billingRequest from "./20261124050000_billing_request.sql" with { type: "text" };
import checkoutDeposits from "./20261124060000_checkout_deposits.sql" with { type: "text" };
import inpatientDischarge from "./20261124060010_inpatient_discharge.sql" with { type: "text" };
import refundCorrections from "./20261124070000_refund_corrections.sql" with { type: "text" };
import insuranceConsentConsole from "./20261124080000_insurance_consent_console.sql" with { type: "text" };
import fleetErasure from "./20261125050000_fleet_erasure.sql" with { type: "text" };
import fleetRelease from "./20261126010000_fleet_release.sql" with { type: "text" };

export const MIGRATIONS: Readonly<Record<string, string>> = {
  "20261122000050_platform_outbox": platformOutbox,
  "20261122000100_access_init": accessInit,
  "20261122000200_settings_init": settingsInit,
  "20261122000300_fleet_init": fleetInit,
  "20261122000400_identity_init": identityInit,
  "20261122000500_insurance_init": insuranceInit,
  "20261122000600_ledger_init": ledgerInit,
  "20261122000700_payment_init": paymentInit,
  "20261122000800_checkout_init": checkoutInit,
  "20261122110000_platform_sealing_key": platformSealingKey,
  "20261122130000_fleet_line": fleetLine,
  "20261122140000_audit_init": auditInit,
  "20261122141000_audit_chain": auditChain,
  "20261122141010_audit_break": auditBreak,
  "20261122150000_access_rights": accessRights,
  "20261122150500_access_institution_type": accessInstitutionType,
  "20261122151000_access_sign_in": accessSignIn,
  "20261122152000_access_outside": accessOutside,
  "20261122153000_identity_persons": identityPersons,
  "20261122153010_platform_upkeep": platformUpkeep,
  "20261122153020_platform_row_tags": platformRowTags,
  "20261122154000_audit_export": auditExport,
  "20261122156000_compliance_pack": compliancePack,
  "20261122160000_platform_row_alarm": platformRowAlarm,
  "20261122160010_checkout_order_identification": checkoutOrderIdentification,
  "20261122160020_audit_terminal_index": auditTerminalIndex,
  "20261122200100_platform_row_adoption": platformRowAdoption,
  "20261122200110_access_row_tags": accessRowTags,
  "20261122200120_access_sso_tag": accessSsoTag,
  "20261122200300_payment_evidence_trade": paymentEvidenceTrade,
  "20261122200500_audit_verify_run": auditVerifyRun,
  "20261122200510_audit_export_actor": auditExportActor,
  "20261122200600_compliance_pack_index": compliancePackIndex,
  "20261122200700_access_sso_session": accessSsoSession,
  "20261123010000_payment_channels": paymentChannels,
  "20261123010100_checkout_pay_link": checkoutPayLink,
  "20261123020000_payment_card": paymentCard,
  "20261123020100_fleet_pad_keys": fleetPadKeys,
  "20261123030000_insurance_routes": insuranceRoutes,
  "20261123040000_checkout_refund_legs": checkoutRefundLegs,
  "20261123040100_refund_init": refundInit,
  "20261123050000_ledger_books": ledgerBooks,
  "20261123050100_checkout_act": checkoutAct,
  "20261123050200_platform_party_health": platformPartyHealth,
  "20261123060000_identity_faces": identityFaces,
  "20261123080000_insurance_choice": insuranceChoice,
  "20261123090000_refund_sealed_text": refundSealedText,
  "20261123090100_payment_refund_trade": paymentRefundTrade,
  "20261123100000_checkout_act_waiting": checkoutActWaiting,
  "20261123110000_checkout_stated_return": checkoutStatedReturn,
  "20261123120000_insurance_mobile_order_tag": insuranceMobileOrderTag,
  "20261124020000_checkout_attempt_trace": checkoutAttemptTrace,
  "20261124030000_payment_card_stopped": paymentCardStopped,
  "20261124050000_billing_request": billingRequest,
  "20261124060000_checkout_deposits": checkoutDeposits,
  "20261124060010_inpatient_discharge": inpatientDischarge,
  "20261124070000_refund_corrections": refundCorrections,
  "20261124080000_insurance_consent_console": insuranceConsentConsole,
  "20261125050000_fleet_erasure": fleetErasure,
  "20261126010000_fleet_release": fleetRelease,
};
