/**
 * What the screens ask of the terminal process. The real client is `local_terminal.ts`; tests and
 * the preview use `testing/scripted_terminal.ts`.
 */
import type { BillList } from "../server/modules/billing/contract.ts";
import type { CallStaffBody, CallStaffReply } from "../server/modules/fleet/contract.ts";
import type {
  Credential,
  IdentifyReply,
  InsuranceView,
} from "../server/modules/identity/contract.ts";
import type { PayLink } from "../server/modules/checkout/contract.ts";
import type { GivenConsent, Relatives } from "../server/modules/insurance/relatives/contract.ts";
import type {
  DepartmentList,
  ScheduleList,
  SlotList,
} from "../server/modules/registration/contract.ts";
import type { InpatientView } from "../server/modules/inpatient/contract.ts";
import type {
  Refundable,
  RefundableList,
  RequestRefundBody,
} from "../server/modules/refund/contract.ts";
import type { Service } from "../server/modules/settings/contract.ts";
import type {
  CardPaymentAct,
  DischargeReply,
  FaceReply,
  FaceRequest,
  NewOrderRequest,
  NoFace,
  OrderReply,
  PresentRequest,
  PrintReply,
  RefundReply,
  RelativeRequest,
  ScreenSize,
  SettingsReply,
  Slip,
  TerminalEvent,
} from "../terminal/contract.ts";
import type { ScannerWant } from "../terminal/dev_contract.ts";

/** A refusal is a value: every screen has to say something about it. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: string };

/** The terminal process did not answer in time: what was asked may have been done. */
export const NO_ANSWER = "screen.no_answer";

export type TenderChoice =
  | { readonly mode: "show_code" }
  | { readonly mode: "scan_code"; readonly code: string }
  | { readonly mode: "citizen_code"; readonly code: string }
  | { readonly mode: "medical_mix" };

export interface TerminalPort {
  settings(): Promise<Answer<SettingsReply>>;
  /** The page is drawn, at this size. */
  beat(size: ScreenSize): Promise<Answer<null>>;
  endSession(): Promise<Answer<null>>;
  wantScanner(want: ScannerWant): Promise<Answer<null>>;
  identify(credential: Credential, service: Service | null): Promise<Answer<IdentifyReply>>;
  identifyByFace(request: FaceRequest): Promise<Answer<FaceReply>>;
  /** The same patient shows a fresh code, or another medium; the order goes on. */
  present(request: PresentRequest): Promise<Answer<InsuranceView | NoFace>>;
  relatives(identificationId: string): Promise<Answer<Relatives>>;
  giveConsent(request: RelativeRequest): Promise<Answer<GivenConsent | NoFace>>;
  withdrawConsent(consentId: string, identificationId: string): Promise<Answer<null>>;
  stopFace(): Promise<Answer<null>>;
  createProfile(identificationId: string, phone: string): Promise<Answer<IdentifyReply>>;
  bills(identificationId: string): Promise<Answer<BillList>>;
  departments(identificationId: string): Promise<Answer<DepartmentList>>;
  schedules(identificationId: string, department: string): Promise<Answer<ScheduleList>>;
  slots(identificationId: string, schedule: string): Promise<Answer<SlotList>>;
  createOrder(request: NewOrderRequest): Promise<Answer<OrderReply>>;
  order(id: string): Promise<Answer<OrderReply>>;
  confirm(id: string, quoteVersion: number): Promise<Answer<OrderReply>>;
  tender(id: string, choice: TenderChoice): Promise<Answer<OrderReply>>;
  closeTender(id: string): Promise<Answer<OrderReply>>;
  payLink(id: string): Promise<Answer<PayLink>>;
  payByCard(id: string): Promise<Answer<null>>;
  actOnCard(id: string, act: CardPaymentAct): Promise<Answer<null>>;
  cancel(id: string): Promise<Answer<OrderReply>>;
  refundables(identificationId: string): Promise<Answer<RefundableList>>;
  refundable(identificationId: string, orderId: string): Promise<Answer<Refundable>>;
  requestRefund(request: Omit<RequestRefundBody, "id">): Promise<Answer<RefundReply>>;
  refund(id: string): Promise<Answer<RefundReply>>;
  printRefund(id: string): Promise<Answer<PrintReply>>;
  inpatient(identificationId: string): Promise<Answer<InpatientView>>;
  requestDischarge(identificationId: string): Promise<Answer<DischargeReply>>;
  discharge(id: string): Promise<Answer<DischargeReply>>;
  printDischarge(id: string): Promise<Answer<PrintReply>>;
  print(id: string, slip: Slip): Promise<Answer<PrintReply>>;
  callStaff(
    reason: CallStaffBody["reason"],
    orderId: string | null,
  ): Promise<Answer<CallStaffReply>>;
  /** Ends with the returned function; reconnects by itself till then. */
  listen(listener: (event: TerminalEvent) => void): () => void;
}
