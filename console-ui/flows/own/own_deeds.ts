import type { Signal } from "@preact/signals";
import type { CertificateChallenge } from "../../../server/modules/access/certificates/contract.ts";
import type {
  PasswordRules,
  SessionInfo,
} from "../../../server/modules/access/sign_in/contract.ts";
import type { SsoLinkView } from "../../../server/modules/access/sso/contract.ts";
import type { TotpEnrolment } from "../../api/endpoints/own.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext } from "../console/pages.ts";
import type { Loaded } from "../loaded.ts";
import type { Submission } from "../submission.ts";

export type OwnDialog =
  /** Rules are null until they are there. */
  | { readonly kind: "password"; readonly rules: PasswordRules | null }
  | { readonly kind: "totp"; readonly enrolment: TotpEnrolment }
  | { readonly kind: "new_codes" }
  | { readonly kind: "codes"; readonly codes: readonly string[] }
  | { readonly kind: "certificate"; readonly challenge: CertificateChallenge | null }
  | { readonly kind: "end_sessions"; readonly others: boolean }
  | { readonly kind: "unlink"; readonly link: SsoLinkView };

type Reloads = Pick<Loaded<unknown>, "reload">;

interface OwnDeedsGiven {
  readonly context: PageContext;
  readonly session: Signal<SessionInfo>;
  readonly dialog: Signal<OwnDialog | null>;
  readonly sending: Submission;
  readonly factor: Reloads;
  readonly certificates: Reloads;
  readonly sso: Reloads;
  readonly sessions: Reloads;
}

export interface OwnDeeds {
  openPassword(): Promise<void>;
  /** Asks for password and factor first: the new secret is shown to nobody else. */
  openTotp(): Promise<void>;
  openNewCodes(): void;
  openCertificate(): Promise<void>;
  openEndSessions(others: boolean): void;
  openUnlink(link: SsoLinkView): void;
  close(): void;
  changePassword(password: string, newPassword: string): Promise<void>;
  confirmTotp(code: string): Promise<void>;
  renewCodes(): Promise<void>;
  enrolCertificate(pem: string, signature: string): Promise<void>;
  endSessions(): Promise<void>;
  unlink(): Promise<void>;
  /** Where the page has to go to; null when it was refused. */
  link(provider: string): Promise<string | null>;
}

/** What somebody does about the own account. */
export function ownDeeds(given: OwnDeedsGiven): OwnDeeds {
  const { context: { port, notify, renewed }, dialog, sending, session } = given;

  function open(asked: OwnDialog): void {
    sending.clear();
    dialog.value = asked;
  }

  function close(): void {
    dialog.value = null;
    sending.clear();
  }

  async function challenge(): Promise<void> {
    const made = await sending.send(() => port.call("POST /own/certificates/challenges", {}));
    if (made && dialog.value?.kind === "certificate") {
      dialog.value = { kind: "certificate", challenge: made.value };
    }
  }

  return {
    async openPassword(): Promise<void> {
      open({ kind: "password", rules: null });
      const answer = await port.call("GET /own/password-rules", {});
      if (dialog.value?.kind !== "password") return;
      if (answer.ok) dialog.value = { kind: "password", rules: answer.value };
      else sending.refuse(answer.refusal);
    },
    async openTotp(): Promise<void> {
      const made = await sending.send(() => port.call("POST /own/totp", {}));
      if (made) open({ kind: "totp", enrolment: made.value });
    },
    openNewCodes: () => open({ kind: "new_codes" }),
    async openCertificate(): Promise<void> {
      open({ kind: "certificate", challenge: null });
      await challenge();
    },
    openEndSessions: (others: boolean) => open({ kind: "end_sessions", others }),
    openUnlink: (link: SsoLinkView) => open({ kind: "unlink", link }),
    close,
    async changePassword(password: string, newPassword: string): Promise<void> {
      const body = { password, newPassword };
      const done = await sending.send(() => port.call("POST /own/password", { body }));
      if (!done) return;
      close();
      session.value = done.value;
      renewed(done.value);
      void given.sessions.reload();
      notify(ZH.own.password.done);
    },
    async confirmTotp(code: string): Promise<void> {
      const done = await sending.send(() =>
        port.call("POST /own/totp/confirm", { body: { code } })
      );
      if (!done) return;
      open({ kind: "codes", codes: done.value.recoveryCodes });
      void given.factor.reload();
    },
    async renewCodes(): Promise<void> {
      const done = await sending.send(() => port.call("POST /own/recovery-codes", {}));
      if (!done) return;
      open({ kind: "codes", codes: done.value.recoveryCodes });
      void given.factor.reload();
    },
    async enrolCertificate(pem: string, signature: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "certificate" || !asked.challenge) return;
      const body = { pem, signature, challengeId: asked.challenge.id };
      const done = await sending.send(() => port.call("POST /own/certificates", { body }));
      if (!done) return await freshChallenge();
      close();
      void given.certificates.reload();
      void given.factor.reload();
      notify(ZH.own.certificate.done);
    },
    async endSessions(): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "end_sessions") return;
      const body = { others: asked.others };
      const done = await sending.send(() => port.call("POST /own/sessions/end", { body }));
      if (!done) return;
      close();
      notify(ZH.own.sessions.ended(done.value.ended));
      // After all of them the answer is that nobody is signed in, and the console says so.
      void given.sessions.reload();
    },
    async unlink(): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "unlink") return;
      const path = { linkId: asked.link.id };
      const done = await sending.send(() =>
        port.call("POST /own/sso-links/{linkId}/remove", { path })
      );
      if (!done) return;
      close();
      void given.sso.reload();
      notify(ZH.own.sso.unlinked);
    },
    async link(provider: string): Promise<string | null> {
      const path = { provider };
      const done = await sending.send(() => port.call("POST /own/sso-links/{provider}", { path }));
      return done?.value.url ?? null;
    },
  };

  /** A challenge counts once, also when the answer was wrong; why it was refused stays. */
  async function freshChallenge(): Promise<void> {
    const answer = await port.call("POST /own/certificates/challenges", {});
    if (!answer.ok || dialog.value?.kind !== "certificate") return;
    dialog.value = { kind: "certificate", challenge: answer.value };
  }
}
