import type {
  EnrolmentsReply,
  EnrolmentToApproveView,
  RetirementReply,
  TerminalDetail,
  TerminalEventsPage,
  TerminalReleasesPage,
  TerminalsQuery,
  TerminalsReply,
} from "../../../server/modules/fleet/console/contract.ts";
import type { HoldsReply } from "../../../server/modules/ledger/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends } from "../endpoint.ts";

type WithReason = OfOne & Sends<{ readonly reason: string }>;

/** Terminals of the register, and money that they took and nobody booked. */
export interface TerminalEndpoints {
  readonly "GET /terminals": Endpoint<Asks<TerminalsQuery>, TerminalsReply>;
  readonly "GET /terminals/{id}": Endpoint<OfOne, TerminalDetail>;
  readonly "GET /terminals/{id}/events": Endpoint<
    OfOne & Asks<{ readonly before: string; readonly limit: number }>,
    TerminalEventsPage
  >;
  readonly "GET /terminals/{id}/releases": Endpoint<
    OfOne & Asks<{ readonly before: string; readonly limit: number }>,
    TerminalReleasesPage
  >;
  readonly "GET /terminals/{id}/retirement": Endpoint<OfOne, RetirementReply>;
  /** The certificate, to be kept as it is. */
  readonly "POST /terminals/{id}/retirement/file": Endpoint<OfOne, Blob>;
  readonly "POST /terminals/{id}/revoke": Endpoint<WithReason, TerminalDetail>;
  readonly "POST /terminals/{id}/suspend": Endpoint<WithReason, TerminalDetail>;
  readonly "POST /terminals/{id}/resume": Endpoint<WithReason, TerminalDetail>;
  readonly "GET /terminal-enrolments": Endpoint<Bare, EnrolmentsReply>;
  readonly "POST /terminal-enrolments/find": Endpoint<
    Sends<{ readonly code: string }>,
    EnrolmentToApproveView
  >;
  readonly "POST /terminal-enrolments/approve": Endpoint<
    Sends<{ readonly id: string; readonly code: string }>,
    TerminalDetail
  >;
  readonly "GET /holds": Endpoint<Bare, HoldsReply>;
}
