import type { Signal } from "@preact/signals";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type { SecondFactorReset } from "../../../server/modules/access/sign_in/contract.ts";
import { refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { newId } from "../../new_id.ts";
import type { PageContext } from "../console/pages.ts";
import type { OrganisationPicker } from "../organisation_tree/picker.ts";
import type { Submission } from "../submission.ts";
import { changeOf, newAccountOf } from "./account_form.ts";

type Fields = Readonly<Record<string, string>>;

export type StateDeed = "enable" | "disable" | "close";
export type Deed = StateDeed | "password" | "factor";

export type AccountDialog =
  /** The id stays while the form is open: what is sent twice is made once. */
  | { readonly kind: "create"; readonly id: string }
  | { readonly kind: "change"; readonly account: AccountView }
  | { readonly kind: "deed"; readonly deed: Deed; readonly account: AccountView }
  | {
    readonly kind: "password";
    readonly account: AccountView;
    readonly oneTimePassword: string;
    readonly expiresAt: string | null;
  };

export interface AccountDeeds {
  openCreate(): void;
  openChange(account: AccountView): void;
  openDeed(deed: Deed, account: AccountView): void;
  close(): void;
  create(fields: Fields): Promise<void>;
  change(fields: Fields): Promise<void>;
  /** The form of a change anew, over what somebody else has made of it. */
  reload(): Promise<void>;
  doDeed(reason: string): Promise<void>;
}

interface AccountDeedsGiven {
  readonly context: PageContext;
  readonly dialog: Signal<AccountDialog | null>;
  readonly sending: Submission;
  readonly picker: OrganisationPicker;
  /** Told what an account has become. */
  readonly changed: (account: AccountView) => void;
}

const STATE_ENDPOINTS = {
  enable: "POST /accounts/{id}/enable",
  disable: "POST /accounts/{id}/disable",
  close: "POST /accounts/{id}/close",
} as const;

/** What is done with accounts, each in its dialog. */
export function accountDeeds(given: AccountDeedsGiven): AccountDeeds {
  const { context: { port, timers, notify, go }, dialog, sending, picker, changed } = given;

  function close(): void {
    const left = dialog.value;
    dialog.value = null;
    sending.clear();
    if (left?.kind === "password") go({ section: "accounts", id: left.account.id });
  }

  function say(deed: StateDeed, { login }: AccountView): void {
    notify(ZH.accounts.deed[deed].done(login));
  }

  async function resetPassword(account: AccountView): Promise<void> {
    const path = { id: account.id };
    const made = await sending.send(() =>
      port.call("POST /accounts/{id}/password-reset", { path })
    );
    if (!made) return;
    dialog.value = { kind: "password", account, ...made.value };
    changed(account);
  }

  async function resetFactor(account: AccountView): Promise<void> {
    const path = { id: account.id };
    const done = await sending.send(() =>
      port.call("POST /accounts/{id}/second-factor/reset", { path })
    );
    if (!done) return;
    close();
    notify(clearedText(account, done.value));
  }

  return {
    openCreate(): void {
      picker.choose(null);
      dialog.value = { kind: "create", id: newId(timers.now()) };
    },
    openChange(account: AccountView): void {
      dialog.value = { kind: "change", account };
    },
    openDeed(deed: Deed, account: AccountView): void {
      dialog.value = { kind: "deed", deed, account };
    },
    close,
    async create(fields: Fields): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "create") return;
      if (picker.chosen.value === null) return sending.refuse(refusalOf("console.no_organisation"));
      const body = newAccountOf(fields, asked.id);
      const made = await sending.send(() => port.call("POST /accounts", { body }));
      if (!made) return;
      const { account, oneTimePassword } = made.value;
      changed(account);
      if (oneTimePassword === null) {
        close();
        go({ section: "accounts", id: account.id });
      } else dialog.value = { kind: "password", account, oneTimePassword, expiresAt: null };
    },
    async change(fields: Fields): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "change") return;
      const path = { id: asked.account.id };
      const body = { ...changeOf(fields, asked.account), version: asked.account.version };
      const done = await sending.send(() => port.call("PATCH /accounts/{id}", { path, body }));
      if (!done) return;
      close();
      changed(done.value);
      notify(ZH.accounts.changed(done.value.login));
    },
    async reload(): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "change") return;
      const path = { id: asked.account.id };
      const now = await sending.send(() => port.call("GET /accounts/{id}", { path }));
      if (now && dialog.value === asked) dialog.value = { kind: "change", account: now.value };
    },
    async doDeed(reason: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "deed") return;
      const { deed, account } = asked;
      if (deed === "password") return await resetPassword(account);
      if (deed === "factor") return await resetFactor(account);
      const request = { path: { id: account.id }, body: { reason } };
      const done = await sending.send(() => port.call(STATE_ENDPOINTS[deed], request));
      if (!done) return;
      close();
      changed(done.value);
      say(deed, account);
    },
  };
}

function clearedText(
  { login }: AccountView,
  { kinds, certificates, recoveryCodes }: SecondFactorReset,
): string {
  const words = ZH.accounts.deed.factor;
  if (kinds.length === 0) return words.nothing(login);
  const texts = words.kinds(certificates, recoveryCodes);
  return words.cleared(login, kinds.map((kind) => texts[kind]).join("、"));
}
