import { type BillList, billListSchema } from "../server/modules/billing/contract.ts";
import {
  type ChooseTenderBody,
  type CreateOrderBody,
  type OrderView,
  orderViewSchema,
  type PayLink,
  payLinkSchema,
} from "../server/modules/checkout/contract.ts";
import {
  type CallStaffBody,
  type CallStaffReply,
  callStaffReplySchema,
  type HeartbeatBody,
  type PadKeysReply,
  padKeysReplySchema,
  type PadKeysState,
  padKeysStateSchema,
  type TerminalEventsReply,
  terminalEventsReplySchema,
  type TerminalJournalEvent,
} from "../server/modules/fleet/contract.ts";
import {
  type IdentifyBody,
  type IdentifyReply,
  identifyReplySchema,
  type InsuranceView,
  insuranceViewSchema,
  type PresentAgainBody,
} from "../server/modules/identity/contract.ts";
import {
  type GiveConsentBody,
  type GivenConsent,
  givenConsentSchema,
  type Relatives,
  relativesSchema,
} from "../server/modules/insurance/relatives/contract.ts";
import {
  type DepartmentList,
  departmentListSchema,
  type ScheduleList,
  scheduleListSchema,
  type SlotList,
  slotListSchema,
} from "../server/modules/registration/contract.ts";
import {
  type TerminalSettings,
  terminalSettingsSchema,
} from "../server/modules/settings/contract.ts";
import {
  type AskDischargeBody,
  type DischargeView,
  dischargeViewSchema,
  type InpatientView,
  inpatientViewSchema,
} from "../server/modules/inpatient/contract.ts";
import {
  type Refundable,
  type RefundableList,
  refundableListSchema,
  refundableSchema,
  type RefundView,
  refundViewSchema,
  type RequestRefundBody,
} from "../server/modules/refund/contract.ts";
import { NOTHING, type PlatformCall } from "./platform_client.ts";

/** Every call the terminal makes to the platform, as data. */

export function askSettings(): PlatformCall<TerminalSettings> {
  return read("/settings", terminalSettingsSchema);
}

/** The answer needs no database. */
const PULSE_WAIT_MS_MAX = 2_500;

export function askPulse(): PlatformCall<null> {
  return {
    method: "GET",
    path: "/pulse",
    schema: NOTHING,
    repeatable: false,
    waitMsMax: PULSE_WAIT_MS_MAX,
  };
}

/** Told again under the same ids and numbers when the answer was lost. */
export function sendEvents(
  events: readonly TerminalJournalEvent[],
): PlatformCall<TerminalEventsReply> {
  return {
    method: "POST",
    path: "/events",
    body: { events },
    schema: terminalEventsReplySchema,
    repeatable: false,
  };
}

export function sendHeartbeat(body: HeartbeatBody): PlatformCall<null> {
  return { method: "POST", path: "/heartbeats", body, schema: NOTHING, repeatable: false };
}

export function askPadKeys(): PlatformCall<PadKeysState> {
  return read("/pad-keys", padKeysStateSchema);
}

/** Each makes new ones, so a lost answer is not asked for again here. */
export function fetchPadKeys(): PlatformCall<PadKeysReply> {
  return {
    method: "POST",
    path: "/pad-keys",
    body: {},
    schema: padKeysReplySchema,
    repeatable: false,
  };
}

export function confirmPadKeys(version: number): PlatformCall<null> {
  return {
    method: "POST",
    path: "/pad-keys/loaded",
    body: { version },
    schema: NOTHING,
    repeatable: true,
  };
}

/** Not repeated: a one-time code is spent by the first call, answered or not. */
export function identify(body: IdentifyBody): PlatformCall<IdentifyReply> {
  return {
    method: "POST",
    path: "/identifications",
    body,
    schema: identifyReplySchema,
    repeatable: false,
  };
}

export function createProfile(id: string, phone: string): PlatformCall<IdentifyReply> {
  return {
    method: "POST",
    path: `/identifications/${id}/profile`,
    body: { phone },
    schema: identifyReplySchema,
    repeatable: false,
  };
}

/** Not repeated: a fresh code is spent by the first call, answered or not. */
export function presentAgain(id: string, body: PresentAgainBody): PlatformCall<InsuranceView> {
  return {
    method: "POST",
    path: `/identifications/${id}/presentation`,
    body,
    schema: insuranceViewSchema,
    repeatable: false,
  };
}

export function askRelatives(identificationId: string): PlatformCall<Relatives> {
  return read(`/identifications/${identificationId}/relatives`, relativesSchema);
}

/** Not repeated: the relative's code is spent by the first call, answered or not. */
export function giveRelativeConsent(body: GiveConsentBody): PlatformCall<GivenConsent> {
  return {
    method: "POST",
    path: "/relatives",
    body,
    schema: givenConsentSchema,
    repeatable: false,
  };
}

export function withdrawRelativeConsent(
  id: string,
  identificationId: string,
): PlatformCall<null> {
  return {
    method: "POST",
    path: `/relatives/${id}/withdrawal`,
    body: { identificationId },
    schema: NOTHING,
    repeatable: true,
  };
}

export function endIdentification(id: string): PlatformCall<null> {
  return { method: "DELETE", path: `/identifications/${id}`, schema: NOTHING, repeatable: true };
}

export function askBills(identificationId: string): PlatformCall<BillList> {
  return read(`/identifications/${identificationId}/bills`, billListSchema);
}

export function askDepartments(identificationId: string): PlatformCall<DepartmentList> {
  return read(`/identifications/${identificationId}/departments`, departmentListSchema);
}

export function askSchedules(
  identificationId: string,
  department: string,
): PlatformCall<ScheduleList> {
  const query = new URLSearchParams({ department });
  return read(`/identifications/${identificationId}/schedules?${query}`, scheduleListSchema);
}

export function askSlots(identificationId: string, schedule: string): PlatformCall<SlotList> {
  const query = new URLSearchParams({ schedule });
  return read(`/identifications/${identificationId}/slots?${query}`, slotListSchema);
}

/** Repeated by the journal alone, which knows that an earlier one may have arrived. */
export function createOrder(body: CreateOrderBody): PlatformCall<OrderView> {
  return { method: "POST", path: "/orders", body, schema: orderViewSchema, repeatable: false };
}

export function askOrder(id: string): PlatformCall<OrderView> {
  return { ...read(`/orders/${id}`, orderViewSchema), repeatable: false };
}

export function confirmOrder(id: string, quoteVersion: number): PlatformCall<OrderView> {
  return act(`/orders/${id}/confirm`, { quoteVersion });
}

export function chooseTender(id: string, body: ChooseTenderBody): PlatformCall<OrderView> {
  return act(`/orders/${id}/tender`, body);
}

/** Each makes another address; an unused one does no harm. */
export function makePayLink(id: string): PlatformCall<PayLink> {
  return {
    method: "POST",
    path: `/orders/${id}/pay-link`,
    body: {},
    schema: payLinkSchema,
    repeatable: true,
  };
}

export function closeTender(id: string): PlatformCall<OrderView> {
  return act(`/orders/${id}/tender/close`, {});
}

export function cancelOrder(id: string): PlatformCall<OrderView> {
  return act(`/orders/${id}/cancel`, {});
}

export function askRefundables(identificationId: string): PlatformCall<RefundableList> {
  return read(`/identifications/${identificationId}/refundable`, refundableListSchema);
}

export function askRefundable(
  identificationId: string,
  orderId: string,
): PlatformCall<Refundable> {
  return read(`/identifications/${identificationId}/refundable/${orderId}`, refundableSchema);
}

/** The same id and content is the same refund. */
export function requestRefund(body: RequestRefundBody): PlatformCall<RefundView> {
  return { method: "POST", path: "/refunds", body, schema: refundViewSchema, repeatable: true };
}

export function askRefund(id: string): PlatformCall<RefundView> {
  return read(`/refunds/${id}`, refundViewSchema);
}

export function askInpatient(identificationId: string): PlatformCall<InpatientView> {
  return read(`/identifications/${identificationId}/inpatient`, inpatientViewSchema);
}

/** The same id is the same request. */
export function requestDischarge(body: AskDischargeBody): PlatformCall<DischargeView> {
  const path = "/discharge-refunds";
  return { method: "POST", path, body, schema: dischargeViewSchema, repeatable: true };
}

export function askDischarge(id: string): PlatformCall<DischargeView> {
  return read(`/discharge-refunds/${id}`, dischargeViewSchema);
}

export function callStaff(body: CallStaffBody): PlatformCall<CallStaffReply> {
  return {
    method: "POST",
    path: "/calls",
    body,
    schema: callStaffReplySchema,
    repeatable: true,
  };
}

function read<Value>(path: string, schema: PlatformCall<Value>["schema"]): PlatformCall<Value> {
  return { method: "GET", path, schema, repeatable: true };
}

/** Steps of an order name the state they leave, so the platform answers a repeated one alike. */
function act(path: string, body: unknown): PlatformCall<OrderView> {
  return { method: "POST", path, body, schema: orderViewSchema, repeatable: true };
}
