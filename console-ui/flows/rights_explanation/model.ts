import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { RightsExplanation } from "../../../server/modules/access/rights/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import type { Place } from "../../place.ts";
import { type AccountPicker, accountPicker } from "../account_picker/picker.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";

type Fields = Readonly<Record<string, string>>;

export type ExplanationState =
  | { readonly kind: "asking"; readonly isIncomplete: boolean }
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | { readonly kind: "explained"; readonly explanation: RightsExplanation };

export interface ExplanationFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly state: ReadonlySignal<ExplanationState>;
  readonly accounts: AccountPicker;
  readonly organisations: OrganisationPicker;
  /** What the answer is narrowed to; empty for everything. */
  readonly permission: ReadonlySignal<string>;
  readonly address: ReadonlySignal<string>;
  ask(fields: Fields): void;
  choosePermission(permission: string): void;
  again(): Promise<void>;
}

/** "Why can he do that here, or why not?" The question stands in the address. */
export const ExplanationModel = createModel(
  function explanation({ port, go }: PageContext): ExplanationFlow {
    const state = signal<ExplanationState>({ kind: "asking", isIncomplete: false });
    const permission = signal("");
    const address = signal("");
    const organisations = organisationPicker(port);
    const accounts = accountPicker(async (query) => {
      const answer = await port.call("GET /accounts", { query });
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.accounts, next: answer.value.next } };
    });
    let asked: Fields = {};

    async function load(query: Fields): Promise<void> {
      const { accountId = "", organisationId = "" } = query;
      if (accountId === "" || organisationId === "") {
        state.value = { kind: "asking", isIncomplete: false };
        if (accountId !== "") await chooseAccount(accountId);
        return;
      }
      state.value = { kind: "loading" };
      const from = address.value === "" ? {} : { address: address.value };
      const answer = await port.call("GET /rights-explanations", {
        query: { accountId, organisationId, ...from },
      });
      if (asked !== query) return;
      if (!answer.ok) {
        state.value = { kind: "failed", refusal: answer.refusal };
        return;
      }
      accounts.choose(answer.value.account);
      organisations.choose(answer.value.organisation);
      state.value = { kind: "explained", explanation: answer.value };
    }

    async function chooseAccount(id: string): Promise<void> {
      const answer = await port.call("GET /accounts/{id}", { path: { id } });
      if (answer.ok) accounts.choose(answer.value);
    }

    return {
      state,
      accounts,
      organisations,
      permission,
      address,
      show({ query }: Place): void {
        asked = query;
        address.value = query["address"] ?? "";
        void load(query);
      },
      ask(fields: Fields): void {
        const { accountId = "", organisationId = "" } = fields;
        if (accountId === "" || organisationId === "") {
          state.value = { kind: "asking", isIncomplete: true };
          return;
        }
        const query = { accountId, organisationId, address: fields["address"] ?? "" };
        go({ section: "rights-explanation", query });
      },
      choosePermission(chosen: string): void {
        permission.value = chosen;
      },
      again: () => load(asked),
    };
  },
);

export type ExplanationModelInstance = Model<ExplanationFlow>;
