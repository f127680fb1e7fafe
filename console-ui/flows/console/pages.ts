import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import type { IntegrityReply } from "../../../server/protection/contract.ts";
import type { Place, PlaceGiven } from "../../place.ts";
import { AccountsModel, type AccountsModelInstance } from "../accounts/model.ts";
import { AuditModel, type AuditModelInstance } from "../audit/model.ts";
import { AuditChainModel, type AuditChainModelInstance } from "../audit_chain/model.ts";
import { EvidencePacksModel, type EvidencePacksModelInstance } from "../evidence_packs/model.ts";
import { PoliciesModel, type PoliciesModelInstance } from "../policies/model.ts";
import { ProgramsModel, type ProgramsModelInstance } from "../programs/model.ts";
import { ProtectionModel, type ProtectionModelInstance } from "../protection/model.ts";
import { SessionsModel, type SessionsModelInstance } from "../sessions/model.ts";
import { SettingsModel, type SettingsModelInstance } from "../settings/model.ts";
import type { FlowContext } from "../context.ts";
import type { Loaded } from "../loaded.ts";
import { HoldsModel, type HoldsModelInstance } from "../holds/model.ts";
import { InFlightModel, type InFlightModelInstance } from "../in_flight/model.ts";
import { OrdersModel, type OrdersModelInstance } from "../orders/model.ts";
import { PartiesModel, type PartiesModelInstance } from "../parties/model.ts";
import {
  PaymentRequestsModel,
  type PaymentRequestsModelInstance,
} from "../payment_requests/model.ts";
import { RefundsModel, type RefundsModelInstance } from "../refunds/model.ts";
import { TrialBalanceModel, type TrialBalanceModelInstance } from "../trial_balance/model.ts";
import { ImportModel, type ImportModelInstance } from "../imports/model.ts";
import { OrganisationsModel, type OrganisationsModelInstance } from "../organisations/model.ts";
import { ExplanationModel, type ExplanationModelInstance } from "../rights_explanation/model.ts";
import { RequestsModel, type RequestsModelInstance } from "../rights_requests/model.ts";
import { RolesModel, type RolesModelInstance } from "../roles/model.ts";
import { OwnModel, type OwnModelInstance } from "../own/model.ts";
import { PersonsModel, type PersonsModelInstance } from "../persons/model.ts";
import {
  RelativeConsentsModel,
  type RelativeConsentsModelInstance,
} from "../relative_consents/model.ts";
import { EnrolmentsModel, type EnrolmentsModelInstance } from "../terminal_enrolments/model.ts";
import { TerminalsModel, type TerminalsModelInstance } from "../terminals/model.ts";
import { findSection, isOpenFor, type SectionName } from "./sections.ts";

/** What every page is given beside the port. */
export interface PageContext extends FlowContext {
  readonly session: SessionInfo;
  readonly permissions: ReadonlySet<string>;
  /** Of the rows that decide money or rights; the header tells of it too. */
  readonly integrity: Loaded<IntegrityReply>;
  readonly go: (place: PlaceGiven, how?: { readonly replace?: boolean }) => void;
  /** Said once, at the edge of the screen. */
  readonly notify: (text: string) => void;
  /** The same session goes on under a new token. */
  readonly renewed: (session: SessionInfo) => void;
}

/** A page's model; it follows what the address says about its own section. */
export interface PageFlow extends Disposable {
  show(place: Place): void;
}

export type OpenPage =
  | { readonly kind: "home" }
  | { readonly kind: "forbidden"; readonly section: SectionName }
  | { readonly kind: "unknown" }
  | { readonly kind: "terminals"; readonly flow: TerminalsModelInstance }
  | { readonly kind: "terminal-enrolments"; readonly flow: EnrolmentsModelInstance }
  | { readonly kind: "settings"; readonly flow: SettingsModelInstance }
  | { readonly kind: "orders"; readonly flow: OrdersModelInstance }
  | { readonly kind: "refunds"; readonly flow: RefundsModelInstance }
  | { readonly kind: "holds"; readonly flow: HoldsModelInstance }
  | { readonly kind: "in-flight"; readonly flow: InFlightModelInstance }
  | { readonly kind: "payment-requests"; readonly flow: PaymentRequestsModelInstance }
  | { readonly kind: "trial-balance"; readonly flow: TrialBalanceModelInstance }
  | { readonly kind: "parties"; readonly flow: PartiesModelInstance }
  | { readonly kind: "persons"; readonly flow: PersonsModelInstance }
  | { readonly kind: "relative-consents"; readonly flow: RelativeConsentsModelInstance }
  | { readonly kind: "own"; readonly flow: OwnModelInstance }
  | { readonly kind: "organisations"; readonly flow: OrganisationsModelInstance }
  | { readonly kind: "organisation-import"; readonly flow: ImportModelInstance }
  | { readonly kind: "terminal-import"; readonly flow: ImportModelInstance }
  | { readonly kind: "accounts"; readonly flow: AccountsModelInstance }
  | { readonly kind: "roles"; readonly flow: RolesModelInstance }
  | { readonly kind: "rights-requests"; readonly flow: RequestsModelInstance }
  | { readonly kind: "rights-explanation"; readonly flow: ExplanationModelInstance }
  | { readonly kind: "audit"; readonly flow: AuditModelInstance }
  | { readonly kind: "audit-chain"; readonly flow: AuditChainModelInstance }
  | { readonly kind: "evidence-packs"; readonly flow: EvidencePacksModelInstance }
  | { readonly kind: "policies"; readonly flow: PoliciesModelInstance }
  | { readonly kind: "programs"; readonly flow: ProgramsModelInstance }
  | { readonly kind: "protection"; readonly flow: ProtectionModelInstance }
  | { readonly kind: "sessions"; readonly flow: SessionsModelInstance };

export function openPage({ section: name }: Place, context: PageContext): OpenPage {
  if (name === "") return { kind: "home" };
  const section = findSection(name);
  if (!section) return { kind: "unknown" };
  if (!isOpenFor(section, context.permissions)) {
    return { kind: "forbidden", section: section.name };
  }
  switch (section.name) {
    case "terminals":
      return { kind: "terminals", flow: new TerminalsModel(context) };
    case "terminal-enrolments":
      return { kind: "terminal-enrolments", flow: new EnrolmentsModel(context) };
    case "settings":
      return { kind: "settings", flow: new SettingsModel(context) };
    case "orders":
      return { kind: "orders", flow: new OrdersModel(context) };
    case "trial-balance":
      return { kind: "trial-balance", flow: new TrialBalanceModel(context) };
    case "parties":
      return { kind: "parties", flow: new PartiesModel(context) };
    case "refunds":
      return { kind: "refunds", flow: new RefundsModel(context) };
    case "holds":
      return { kind: "holds", flow: new HoldsModel(context) };
    case "in-flight":
      return { kind: "in-flight", flow: new InFlightModel(context) };
    case "payment-requests":
      return { kind: "payment-requests", flow: new PaymentRequestsModel(context) };
    case "persons":
      return { kind: "persons", flow: new PersonsModel(context) };
    case "relative-consents":
      return { kind: "relative-consents", flow: new RelativeConsentsModel(context) };
    case "own":
      return { kind: "own", flow: new OwnModel(context) };
    case "organisations":
      return { kind: "organisations", flow: new OrganisationsModel(context) };
    case "organisation-import":
      return { kind: "organisation-import", flow: new ImportModel(context, "organisations") };
    case "terminal-import":
      return { kind: "terminal-import", flow: new ImportModel(context, "terminals") };
    case "accounts":
      return { kind: "accounts", flow: new AccountsModel(context) };
    case "roles":
      return { kind: "roles", flow: new RolesModel(context) };
    case "rights-requests":
      return { kind: "rights-requests", flow: new RequestsModel(context) };
    case "rights-explanation":
      return { kind: "rights-explanation", flow: new ExplanationModel(context) };
    case "audit":
      return { kind: "audit", flow: new AuditModel(context) };
    case "audit-chain":
      return { kind: "audit-chain", flow: new AuditChainModel(context) };
    case "evidence-packs":
      return { kind: "evidence-packs", flow: new EvidencePacksModel(context) };
    case "policies":
      return { kind: "policies", flow: new PoliciesModel(context) };
    case "programs":
      return { kind: "programs", flow: new ProgramsModel(context) };
    case "protection":
      return { kind: "protection", flow: new ProtectionModel(context) };
    case "sessions":
      return { kind: "sessions", flow: new SessionsModel(context) };
  }
}

export function flowOf(page: OpenPage): PageFlow | null {
  return "flow" in page ? page.flow : null;
}
