import type { JSX } from "preact";
import type { AuditEventView } from "../../../server/modules/audit/viewer/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { FOLLOWED, type Followed } from "./filter.ts";
import type { AuditModelInstance } from "./model.ts";

const WORDS = ZH.audit.follow;

/** Whom or what the list follows, each with the way to let go of it. */
export function FollowBar({ flow }: { readonly flow: AuditModelInstance }): JSX.Element | null {
  const fields = flow.fields.value;
  const followed = FOLLOWED.filter((name) => fields[name] !== undefined);
  const hasIdNumber = flow.patientIdNumber.value !== "";
  if (followed.length === 0 && !hasIdNumber) return null;
  return (
    <div class="follow" role="group" aria-label={WORDS.label} data-testid="follow">
      <span class="soft">{WORDS.label}</span>
      {followed.map((name) => (
        <span key={name} class="chip">
          {WORDS.of[name]} <Name>{nameOf(flow, name)}</Name>
          <Leave flow={flow} what={name} words={WORDS.of[name]} />
        </span>
      ))}
      {hasIdNumber && (
        <span class="chip">
          {WORDS.patientIdNumber}
          <Leave flow={flow} what="patientIdNumber" words={WORDS.of.patientId} />
        </span>
      )}
    </div>
  );
}

interface LeaveProps {
  readonly flow: AuditModelInstance;
  readonly what: Followed | "patientIdNumber";
  readonly words: string;
}

function Leave({ flow, what, words }: LeaveProps): JSX.Element {
  return (
    <Button
      appearance="subtle"
      size="sm"
      onClick={() => flow.leave(what)}
      aria-label={WORDS.end(words)}
      data-testid={`leave-${what}`}
    >
      ×
    </Button>
  );
}

/** Somebody's login where the list shows it, else the bare id. */
function nameOf(flow: AuditModelInstance, what: Followed): string {
  const id = flow.fields.value[what] ?? "";
  const state = flow.list.state.value;
  const rows: readonly AuditEventView[] = state.kind === "listed" ? state.page.rows : [];
  if (what !== "actorId") return id;
  return rows.find(({ actor }) => actor.id === id)?.actor.name ?? id;
}
