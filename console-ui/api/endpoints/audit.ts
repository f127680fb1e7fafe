import type { ArchiveView, ChainView } from "../../../server/modules/audit/archive/contract.ts";
import type {
  CheckpointText,
  CountersignBody,
} from "../../../server/modules/audit/countersigning/contract.ts";
import type {
  StartVerifyRunBody,
  VerifyRunList,
  VerifyRunView,
} from "../../../server/modules/audit/verify_runs/contract.ts";
import type {
  AuditCatalogue,
  AuditEventView,
  AuditFilter,
  ExportView,
  SearchReply,
} from "../../../server/modules/audit/viewer/contract.ts";
import type {
  PackClauses,
  PackList,
  PackView,
  StartPackBody,
} from "../../../server/modules/compliance/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends } from "../endpoint.ts";

interface SearchAsked {
  readonly filter: AuditFilter;
  readonly before?: string;
}

interface StartExport {
  readonly filter: AuditFilter;
  readonly form: "csv" | "xlsx";
}

interface OfMonth {
  readonly path: { readonly month: string };
}

interface OfCheckpoint {
  readonly path: { readonly number: string };
}

interface Before {
  readonly before: string;
}

/** The trail, its chain, and what is made of both. */
export interface AuditEndpoints {
  readonly "GET /audit/catalogue": Endpoint<Bare, AuditCatalogue>;
  readonly "POST /audit/search": Endpoint<Sends<SearchAsked>, SearchReply>;
  readonly "GET /audit/events/{id}": Endpoint<OfOne, AuditEventView>;
  readonly "POST /audit/exports": Endpoint<Sends<StartExport>, ExportView>;
  readonly "GET /audit/exports/{id}": Endpoint<OfOne, ExportView>;
  readonly "POST /audit/exports/{id}/cancel": Endpoint<OfOne, null>;
  readonly "GET /audit/chain": Endpoint<Bare, ChainView>;
  readonly "GET /audit/verifications": Endpoint<Asks<Before>, VerifyRunList>;
  readonly "POST /audit/verifications": Endpoint<Sends<StartVerifyRunBody>, VerifyRunView>;
  readonly "GET /audit/verifications/{id}": Endpoint<OfOne, VerifyRunView>;
  readonly "POST /audit/verifications/{id}/cancel": Endpoint<OfOne, VerifyRunView>;
  readonly "GET /audit/checkpoints/{number}": Endpoint<OfCheckpoint, CheckpointText>;
  readonly "POST /audit/checkpoints/{number}/countersignatures": Endpoint<
    OfCheckpoint & Sends<CountersignBody>,
    null
  >;
  readonly "GET /audit/archives": Endpoint<Bare, { readonly archives: readonly ArchiveView[] }>;
  readonly "POST /audit/archives/{month}/deletion": Endpoint<
    OfMonth & Sends<{ readonly reason: string }>,
    null
  >;
  readonly "POST /audit/archives/{month}/deletion/confirmation": Endpoint<OfMonth, null>;
  readonly "POST /audit/archives/{month}/deletion/withdrawal": Endpoint<OfMonth, null>;
  readonly "GET /compliance/packs": Endpoint<Asks<Before>, PackList>;
  readonly "POST /compliance/packs": Endpoint<Sends<StartPackBody>, PackView>;
  readonly "GET /compliance/packs/{id}/clauses": Endpoint<OfOne, PackClauses>;
  readonly "POST /compliance/packs/{id}/cancel": Endpoint<OfOne, PackView>;
  /** The ZIP. */
  readonly "GET /compliance/packs/{id}/file": Endpoint<OfOne, Blob>;
}
