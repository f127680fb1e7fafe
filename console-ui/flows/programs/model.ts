import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type {
  AddedProgramKey,
  AddProgramKeyBody,
  ProgramKeyView,
} from "../../../server/modules/access/programs/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export interface ProgramKeys {
  readonly account: AccountView;
  readonly keys: readonly ProgramKeyView[];
}

export type ProgramDialog =
  /** The id stays while the form is open: what is sent twice is made once. */
  | { readonly kind: "add"; readonly id: string }
  /** Shown this once. */
  | { readonly kind: "secret"; readonly keyId: string; readonly secret: string }
  | { readonly kind: "end"; readonly key: ProgramKeyView };

export interface ProgramsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<AccountView>;
  /** Null while the list is shown. */
  readonly accountId: ReadonlySignal<string | null>;
  readonly keys: Loaded<ProgramKeys>;
  readonly dialog: ReadonlySignal<ProgramDialog | null>;
  readonly sending: Submission;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  openAdd(): void;
  openEnd(key: ProgramKeyView): void;
  close(): void;
  add(fields: Readonly<Record<string, string>>): Promise<void>;
  end(): Promise<void>;
}

export const ProgramsModel = createModel(function programs(context: PageContext): ProgramsFlow {
  const { port, timers, permissions, notify } = context;
  const accountId = signal<string | null>(null);
  const dialog = signal<ProgramDialog | null>(null);
  const sending = submission();
  const list = pagedList<AccountView>(async (after) => {
    const query = { kind: "program" as const, ...(after !== null && { after }) };
    const answer = await port.call("GET /accounts", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.accounts, next: answer.value.next } };
  });
  const keys = loaded<ProgramKeys>(async () => {
    const path = { id: accountId.value ?? "" };
    const account = await port.call("GET /accounts/{id}", { path });
    if (!account.ok) return account;
    const found = await port.call("GET /accounts/{id}/program-keys", { path });
    if (!found.ok) return found;
    return { ok: true, value: { account: account.value, keys: found.value.keys } };
  });

  function close(): void {
    dialog.value = null;
    sending.clear();
  }

  function tell({ key, secret }: AddedProgramKey): void {
    close();
    if (secret === null) notify(ZH.programs.added);
    else dialog.value = { kind: "secret", keyId: key.id, secret };
  }

  return {
    list,
    accountId,
    keys,
    dialog,
    sending,
    permissions: signal(permissions),
    show({ id }: Place): void {
      close();
      accountId.value = id;
      void (id === null ? list.reload() : keys.reload());
    },
    openAdd(): void {
      dialog.value = { kind: "add", id: newId(timers.now()) };
    },
    openEnd(key: ProgramKeyView): void {
      dialog.value = { kind: "end", key };
    },
    close,
    async add(fields: Readonly<Record<string, string>>): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "add" || accountId.value === null) return;
      const request = { path: { id: accountId.value }, body: bodyOf(fields, asked.id) };
      const made = await sending.send(() => port.call("POST /accounts/{id}/program-keys", request));
      void keys.refresh();
      if (made) tell(made.value);
    },
    async end(): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "end" || accountId.value === null) return;
      const path = { id: accountId.value, keyId: asked.key.id };
      const done = await sending.send(() =>
        port.call("POST /accounts/{id}/program-keys/{keyId}/end", { path })
      );
      void keys.refresh();
      if (!done) return;
      close();
      notify(ZH.programs.ended);
    },
  };
});

function bodyOf(fields: Readonly<Record<string, string>>, id: string): AddProgramKeyBody {
  const days = Number(fields["days"]);
  return fields["kind"] === "hmac"
    ? { id, kind: "hmac", days }
    : { id, kind: "sm2", publicKeyPem: `${fields["publicKeyPem"] ?? ""}\n`, days };
}

export type ProgramsModelInstance = Model<ProgramsFlow>;
