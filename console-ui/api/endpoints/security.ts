import type { PolicyView, SecurityPolicy } from "../../../server/modules/access/policy/contract.ts";
import type {
  AddedProgramKey,
  AddProgramKeyBody,
  ProgramKeyView,
} from "../../../server/modules/access/programs/contract.ts";
import type { LockRow, SessionRow } from "../../../server/modules/access/sign_in/contract.ts";
import type {
  IntegrityReply,
  SealsReply,
  UpkeepAction,
} from "../../../server/protection/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends } from "../endpoint.ts";

interface OfKind {
  readonly path: { readonly kind: string };
}

interface ChangePolicy {
  readonly policy: SecurityPolicy;
  readonly version: number;
}

interface SessionQuery {
  readonly accountId: string;
  readonly after: string;
}

interface SessionPage {
  readonly sessions: readonly SessionRow[];
  readonly next: string | null;
}

interface OfKey {
  readonly path: { readonly id: string; readonly keyId: string };
}

type Upkeep = Sends<{ readonly action: UpkeepAction }>;

/** What the security administrator looks after, and keys of programs. */
export interface SecurityEndpoints {
  readonly "GET /policies": Endpoint<Bare, { readonly policies: readonly PolicyView[] }>;
  readonly "POST /policies/{kind}": Endpoint<OfKind & Sends<ChangePolicy>, PolicyView>;
  readonly "GET /sessions": Endpoint<Asks<SessionQuery>, SessionPage>;
  readonly "POST /sessions/{id}/end": Endpoint<OfOne, null>;
  readonly "GET /locks": Endpoint<Bare, { readonly locks: readonly LockRow[] }>;
  readonly "POST /locks/end": Endpoint<Sends<Pick<LockRow, "of" | "name">>, null>;
  readonly "GET /accounts/{id}/program-keys": Endpoint<
    OfOne,
    { readonly keys: readonly ProgramKeyView[] }
  >;
  readonly "POST /accounts/{id}/program-keys": Endpoint<
    OfOne & Sends<AddProgramKeyBody>,
    AddedProgramKey
  >;
  readonly "POST /accounts/{id}/program-keys/{keyId}/end": Endpoint<OfKey, ProgramKeyView>;
  readonly "GET /protection/seals": Endpoint<Bare, SealsReply>;
  readonly "POST /protection/seals": Endpoint<Upkeep, SealsReply>;
  readonly "GET /protection/integrity": Endpoint<Bare, IntegrityReply>;
  readonly "POST /protection/integrity": Endpoint<Upkeep, IntegrityReply>;
}
