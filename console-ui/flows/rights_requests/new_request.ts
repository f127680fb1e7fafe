import { type ReadonlySignal, signal } from "@preact/signals";
import type {
  GrantView,
  RequestChoices,
  RequestRightsBody,
} from "../../../server/modules/access/rights/contract.ts";
import { type Refusal, refusalOf } from "../../api/answer.ts";
import { dayEnd } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import { type AccountPicker, accountPicker } from "../account_picker/picker.ts";
import type { PageContext } from "../console/pages.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type Submission, submission } from "../submission.ts";

type Fields = Readonly<Record<string, string>>;

export type NewRequestStep =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  /** The id stays while the form is open: what is sent twice is asked once. */
  | { readonly kind: "grant"; readonly id: string; readonly roles: RequestChoices["roles"] }
  /** Null when there is no such grant any more. */
  | { readonly kind: "end"; readonly id: string; readonly grant: GrantView | null };

export interface NewRequestFlow {
  readonly step: ReadonlySignal<NewRequestStep>;
  readonly accounts: AccountPicker;
  readonly organisations: OrganisationPicker;
  readonly sending: Submission;
  /** `accountId` and `login` of an account it is about, `grantId` of a grant to be ended. */
  start(query: Fields): Promise<void>;
  /** The same, after it failed. */
  again(): Promise<void>;
  send(fields: Fields): Promise<void>;
}

/** Asks for a role at a node, or for the end of one. */
export function newRequestFlow(
  { port, timers, notify }: PageContext,
  { sent }: { readonly sent: () => void },
): NewRequestFlow {
  const step = signal<NewRequestStep>({ kind: "loading" });
  const organisations = organisationPicker(port);
  const sending = submission();
  let asked: Fields = {};
  const accounts = accountPicker(async ({ login }) => {
    const query = login === undefined ? {} : { login };
    const answer = await port.call("GET /rights-request-choices", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.accounts, next: null } };
  });

  /** What an address names is shown only as the platform knows it. */
  async function startGrant({ accountId = "", login = "" }: Fields): Promise<void> {
    const query = login === "" ? {} : { login };
    const answer = await port.call("GET /rights-request-choices", { query });
    if (!answer.ok) {
      step.value = { kind: "failed", refusal: answer.refusal };
      return;
    }
    accounts.choose(answer.value.accounts.find(({ id }) => id === accountId) ?? null);
    step.value = { kind: "grant", id: newId(timers.now()), roles: answer.value.roles };
  }

  async function startEnd({ accountId = "", grantId = "" }: Fields): Promise<void> {
    const answer = await port.call("GET /grants", { query: { accountId, state: "active" } });
    step.value = answer.ok
      ? {
        kind: "end",
        id: newId(timers.now()),
        grant: answer.value.grants.find(({ id }) => id === grantId) ?? null,
      }
      : { kind: "failed", refusal: answer.refusal };
  }

  async function start(query: Fields): Promise<void> {
    asked = query;
    step.value = { kind: "loading" };
    sending.clear();
    organisations.choose(null);
    await (query["grantId"] === undefined ? startGrant(query) : startEnd(query));
  }

  async function ask(body: RequestRightsBody): Promise<void> {
    if (!await sending.send(() => port.call("POST /rights-requests", { body }))) return;
    notify(ZH.requests.sent);
    sent();
  }

  return {
    step,
    accounts,
    organisations,
    sending,
    start,
    again: () => start(asked),
    async send({ roleId = "", expiresAt = "", reason = "" }: Fields): Promise<void> {
      const form = step.value;
      if (form.kind === "end" && form.grant) {
        return await ask({ kind: "end", id: form.id, grantId: form.grant.id, reason });
      }
      if (form.kind !== "grant") return;
      const account = accounts.chosen.value;
      const organisation = organisations.chosen.value;
      if (!account) return sending.refuse(refusalOf("console.no_account"));
      if (roleId === "") return sending.refuse(refusalOf("console.no_role"));
      if (!organisation) return sending.refuse(refusalOf("console.no_organisation"));
      await ask({
        kind: "grant",
        id: form.id,
        accountId: account.id,
        roleId,
        organisationId: organisation.id,
        expiresAt: dayEnd(expiresAt),
        reason,
      });
    },
  };
}
