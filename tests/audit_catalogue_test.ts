import assert from "node:assert/strict";
import { terminalApi } from "../server/app.ts";
import { behindTheDoor, openToAnybody } from "../server/console_api.ts";
import { AUDIT_EVENTS } from "../server/modules/audit/catalogue.ts";
import type { AuditEventId, AuditEventKind } from "../server/modules/audit/event.ts";
import { readSources } from "../tools/source_files.ts";
import { openWorld } from "./world.ts";

/**
 * The catalogue and what is really written. That code names no event outside the catalogue, the
 * compiler sees to: `AuditEvent` is a union of its ids with their fields.
 */

/** Code that writes events; what reads them names ids too. */
const WRITES =
  /^(server|cli)\/(?!modules\/(compliance\/(?!packs\/)|audit\/(catalogue\.ts|evidence\/))).*(?<!_test)\.ts$/;

Deno.test("every event of the catalogue is written somewhere, of a pair both (R-SEC-17)", async () => {
  const code = (await readSources(WRITES)).map(({ text }) => text).join("\n");
  const never = Object.keys(AUDIT_EVENTS).filter((id) => !code.includes(`"${id}"`));
  assert.deepEqual(never, []);
  const ends = Object.values<AuditEventKind>(AUDIT_EVENTS).flatMap(({ completes }) =>
    completes === undefined ? [] : [completes]
  );
  assert.deepEqual(ends.filter((id) => !Object.hasOwn(AUDIT_EVENTS, id)), []);
  const begun = Object.keys(AUDIT_EVENTS).filter((id) => id.endsWith("_started"));
  assert.deepEqual(begun.filter((id) => id !== "platform.started" && !ends.includes(id)), []);
});

/** Of every route that may change something: the events it leaves, or why it leaves none. */
const TRAIL: Readonly<Record<string, readonly AuditEventId[] | string>> = {
  "console POST /orders/{id}/acts": ["checkout.act_requested"],
  "console POST /orders/{id}/acts/{actId}/approve": ["checkout.act_approved"],
  "console POST /orders/{id}/acts/{actId}/reject": ["checkout.act_rejected"],
  "console POST /orders/{id}/ask-again": ["checkout.order_hurried"],
  "terminal POST /calls": ["fleet.staff_called"],
  "terminal POST /heartbeats": "how a terminal is, every minute; changes are its own events",
  "terminal POST /pad-keys": ["fleet.pad_keys_issued"],
  "terminal POST /pad-keys/loaded": ["fleet.pad_keys_loaded"],
  "terminal POST /events": "the terminal's own journal, kept as it comes",
  "terminal POST /identifications": ["identity.identified", "insurance.coverage_checked"],
  "terminal POST /identifications/{id}/profile": ["identity.profile_created"],
  "terminal POST /identifications/{id}/presentation": ["insurance.coverage_checked"],
  "terminal DELETE /identifications/{id}": ["identity.identification_ended"],
  "terminal POST /consents": ["identity.consent_given"],
  "terminal POST /orders": ["checkout.order_created"],
  "terminal POST /orders/{id}/confirm": ["checkout.order_agreed"],
  "terminal POST /orders/{id}/pay-link":
    "an address that moves nothing; who pays by it leaves the same events as at the terminal",
  "terminal POST /orders/{id}/tender": ["checkout.tender_chosen", "payment.trade_paid"],
  "terminal POST /orders/{id}/tender/close": ["checkout.tender_dropped"],
  "terminal POST /orders/{id}/cancel": ["checkout.order_called_off"],
  "terminal POST /refunds": ["refund.requested"],
  "terminal POST /discharge-refunds": ["inpatient.discharge_refund_requested"],
  "terminal POST /relatives": ["insurance.relative_consent_given"],
  "terminal POST /relatives/{id}/withdrawal": ["insurance.relative_consent_withdrawn"],
  "open POST /sign-in": ["access.signed_in", "access.sign_in_refused", "access.sign_in_locked"],
  "open POST /sign-in/password": ["access.password_changed"],
  "open POST /sign-in/second-factor": ["access.signed_in", "access.sign_in_refused"],
  "open POST /sign-in/certificate-challenge": "asks for a number to sign",
  "open POST /sign-in/totp": "proposes a secret; taken into use by its confirmation",
  "open POST /sign-in/totp/confirm": ["access.second_factor_enrolled"],
  "console POST /session/confirm": ["access.reauthenticated"],
  "console POST /session/certificate-challenge": "asks for a number to sign",
  "console POST /session/end": ["access.signed_out"],
  "console POST /own/sessions/end": ["access.sessions_ended"],
  "console POST /own/password": ["access.password_changed"],
  "console POST /own/totp": "proposes a secret; taken into use by its confirmation",
  "console POST /own/totp/confirm": ["access.second_factor_enrolled"],
  "console POST /own/recovery-codes": ["access.second_factor_enrolled"],
  "console POST /sessions/{id}/end": ["access.session_ended"],
  "console POST /accounts/{id}/sessions/end": ["access.sessions_ended"],
  "console POST /locks/end": ["access.sign_in_locked"],
  "console POST /accounts/{id}/password-reset": ["access.password_reset"],
  "console POST /accounts/{id}/second-factor/reset": ["access.second_factor_reset"],
  "console POST /policies/{kind}": ["access.policy_changed"],
  "console POST /terminals/import/check": "reads a file and changes nothing",
  "console POST /terminals/import": ["fleet.terminals_registered"],
  "console POST /organisations/import/check": "reads a file and changes nothing",
  "console POST /organisations/import": [
    "access.organisations_import_started",
    "access.organisations_imported",
  ],
  "console POST /organisations": ["access.organisation_created"],
  "console PATCH /organisations/{id}": ["access.organisation_changed"],
  "console POST /accounts": ["access.account_created"],
  "console PATCH /accounts/{id}": ["access.account_changed"],
  "console POST /accounts/{id}/enable": ["access.account_enabled"],
  "console POST /accounts/{id}/disable": ["access.account_disabled"],
  "console POST /accounts/{id}/close": ["access.account_closed"],
  "console POST /roles": ["access.role_created"],
  "console PATCH /roles/{id}": ["access.role_changed"],
  "console DELETE /roles/{id}": ["access.role_deleted"],
  "console POST /payment-requests": ["billing.payment_requested"],
  "console DELETE /payment-requests/{institution}/{number}": [
    "billing.payment_request_withdrawn",
  ],
  "console POST /refunds": ["refund.requested"],
  "console POST /discharge-refunds": ["inpatient.discharge_refund_requested"],
  "console POST /refunds/{id}/decide": ["refund.decided"],
  "console POST /refunds/{id}/withdraw": ["refund.decided"],
  "console POST /refunds/{id}/acts": ["refund.act_requested"],
  "console POST /refunds/{id}/acts/{actId}/decide": ["refund.act_decided"],
  "console POST /rights-requests": ["access.rights_requested"],
  "console POST /rights-requests/{id}/approve": ["access.rights_approved"],
  "console POST /rights-requests/{id}/refuse": ["access.rights_refused"],
  "console POST /rights-requests/{id}/withdraw": ["access.rights_withdrawn"],
  "console POST /accounts/{id}/program-keys": ["access.program_key_added"],
  "console POST /accounts/{id}/program-keys/{keyId}/end": ["access.program_key_ended"],
  "console POST /own/certificates/challenges": "asks for a number to sign",
  "console POST /own/certificates": ["access.certificate_enrolled"],
  "console POST /accounts/{id}/certificates/{certificateId}/remove": [
    "access.certificate_removed",
  ],
  "console POST /own/sso-links/{provider}": "sends the browser to the provider",
  "console POST /own/sso-links/{linkId}/remove": ["access.sso_unlinked"],
  "console POST /accounts/{id}/sso-links": ["access.sso_linked"],
  "console POST /accounts/{id}/sso-links/{linkId}/remove": ["access.sso_unlinked"],
  "console POST /compliance/packs": ["compliance.pack_started", "compliance.pack_made"],
  "console POST /compliance/packs/{id}/cancel": ["compliance.pack_made"],
  "console POST /audit/search": ["audit.searched"],
  "console POST /audit/exports": ["audit.export_started", "audit.exported"],
  "console POST /audit/exports/{id}/cancel": ["audit.exported"],
  "console POST /audit/verifications": ["audit.verify_started", "audit.verified"],
  "console POST /audit/verifications/{id}/cancel": ["audit.verified"],
  "console POST /audit/checkpoints/{number}/countersignatures": [
    "audit.checkpoint_countersigned",
  ],
  "console POST /audit/archives/{month}/deletion": ["audit.deletion_requested"],
  "console POST /audit/archives/{month}/deletion/confirmation": ["audit.deletion_confirmed"],
  "console POST /audit/archives/{month}/deletion/withdrawal": ["audit.deletion_withdrawn"],
  "console POST /settings": ["settings.changed"],
  "console POST /settings/reset": ["settings.changed"],
  "console POST /terminal-enrolments/find": ["fleet.terminal_enrolled"],
  "console POST /terminal-enrolments/approve": ["fleet.terminal_enrolled"],
  "console POST /terminals/{id}/retirement/file": ["fleet.certificate_downloaded"],
  "console POST /terminals/{id}/revoke": ["fleet.terminal_revoked"],
  "console POST /terminals/{id}/suspend": ["fleet.terminal_suspended"],
  "console POST /terminals/{id}/resume": ["fleet.terminal_resumed"],
  "console POST /protection/seals": [
    "platform.reseal_started",
    "platform.upkeep_changed",
    "platform.resealed",
  ],
  "console POST /protection/integrity": [
    "platform.integrity_check_started",
    "platform.upkeep_changed",
    "platform.integrity_checked",
  ],
  "console POST /relative-consents/search": ["insurance.relative_consents_searched"],
  "console POST /relative-consents/{id}/withdraw": [
    "insurance.relative_consent_withdrawn_by_staff",
  ],
  "console POST /persons/search": ["identity.person_searched"],
  "console POST /persons/{id}/reveal": ["identity.person_revealed"],
  "console POST /persons/{id}/export": [
    "identity.person_export_started",
    "identity.person_exported",
  ],
  "console POST /persons/{id}/erase": ["identity.person_erased"],
  "console POST /persons/{id}/consents/withdraw": ["identity.consent_withdrawn"],
};

Deno.test("every route that may change something leaves an event, or says why it leaves none", async () => {
  await using world = await openWorld();
  const apis = {
    terminal: terminalApi(world.services),
    open: openToAnybody(world.services),
    console: behindTheDoor(world.services),
  };
  const changing = Object.entries(apis).flatMap(([api, { openAPIRegistry }]) =>
    openAPIRegistry.definitions.flatMap((definition) => {
      if (definition.type !== "route" || definition.route.method === "get") return [];
      return [`${api} ${definition.route.method.toUpperCase()} ${definition.route.path}`];
    })
  );
  assert.deepEqual(changing.toSorted(), Object.keys(TRAIL).toSorted());
});
