import { DomainError } from "../../../platform/errors.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { Caller } from "../caller.ts";
import { endGrantsOfAccount } from "../rights/end_grant.ts";
import { changed } from "../rights/tagged_rows.ts";
import { toView } from "./account_view.ts";
import { lockChangeable } from "./change_account.ts";
import type { AccountView } from "./contract.ts";
import type { ChangeAccountsDeps } from "./create_account.ts";
import { type AccountRow, updateAccount } from "./store.ts";

type SetState = "enable" | "disable" | "close";

const STATE_AFTER = { enable: "enabled", disable: "disabled", close: "closed" } as const;

/** To the state it has already nothing changes. A closed account never comes back. */
export async function setAccountState(
  deps: ChangeAccountsDeps,
  caller: Caller,
  { id, verb, reason }: {
    readonly id: string;
    readonly verb: SetState;
    readonly reason?: string | undefined;
  },
): Promise<AccountView> {
  return await deps.db.transaction().execute(async (tx) => {
    const placed = await lockChangeable(tx, caller, { id, leaves: verb !== "enable" });
    if (placed.row.state === STATE_AFTER[verb]) return await toView(deps, placed);
    if (verb === "enable") requireTime(placed.row, deps.clock.now());
    const row = await withState(deps, placed.row, {
      state: STATE_AFTER[verb],
      why: verb === "disable" ? "manual" : null,
    });
    await updateAccount(tx, row);
    await deps.audit.record(tx, caller.actor, [eventOf(verb, row, reason ?? null)]);
    if (verb === "close") await endGrantsOfAccount(deps, tx, { accountId: id, by: caller });
    return await toView(deps, { ...placed, row });
  });
}

export async function withState(
  { clock, rowTags }: Pick<ChangeAccountsDeps, "clock" | "rowTags">,
  row: AccountRow,
  { state, why }: { readonly state: AccountRow["state"]; readonly why: string | null },
): Promise<AccountRow> {
  const to = {
    state,
    disabled_why: why,
    changed_at: clock.now(),
    rights_version: row.rights_version + 1n,
  };
  return await changed(rowTags, "account", { row, to });
}

function requireTime({ id, expires_at }: AccountRow, now: Date): void {
  if (expires_at === null || expires_at > now) return;
  throw new DomainError(
    "access.account_expired",
    `Cannot enable account "${id}": its time is over, change its expiry first`,
  );
}

function eventOf(
  verb: SetState,
  { id, login, organisation_id }: AccountRow,
  reason: string | null,
): AuditEvent {
  const about = { result: "succeeded", objectId: id, organisationId: organisation_id } as const;
  switch (verb) {
    case "enable":
      return { kind: "access.account_enabled", ...about, fields: { login, reason } };
    case "disable":
      return {
        kind: "access.account_disabled",
        ...about,
        fields: { login, why: "manual", reason },
      };
    case "close":
      return { kind: "access.account_closed", ...about, fields: { login, reason } };
    default:
      return verb satisfies never;
  }
}
