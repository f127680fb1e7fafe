import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { CertificateView } from "../../../server/modules/access/certificates/contract.ts";
import type {
  SecondFactorState,
  SessionInfo,
  SessionRow,
} from "../../../server/modules/access/sign_in/contract.ts";
import type { SsoLinkView } from "../../../server/modules/access/sso/contract.ts";
import type { SsoProvider } from "../../api/endpoints.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";
import { type OwnDeeds, ownDeeds, type OwnDialog } from "./own_deeds.ts";

interface SsoState {
  readonly providers: readonly SsoProvider[];
  readonly links: readonly SsoLinkView[];
}

export interface OwnFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** As it was when the page was opened, or the password was changed. */
  readonly session: ReadonlySignal<SessionInfo>;
  readonly factor: Loaded<SecondFactorState>;
  readonly certificates: Loaded<readonly CertificateView[]>;
  readonly sso: Loaded<SsoState>;
  readonly sessions: Loaded<readonly SessionRow[]>;
  readonly dialog: ReadonlySignal<OwnDialog | null>;
  readonly sending: Submission;
  readonly deeds: OwnDeeds;
}

/** What the way back from single sign-on says. */
const SSO_WORDS: Readonly<Record<string, string>> = {
  linked: ZH.own.sso.linked,
  refused: ZH.own.sso.refused,
  unavailable: ZH.own.sso.unavailable,
};

export const OwnModel = createModel(function own(context: PageContext): OwnFlow {
  const { port, go, notify } = context;
  const session = signal(context.session);
  const dialog = signal<OwnDialog | null>(null);
  const sending = submission();
  const factor = loaded(() => port.call("GET /own/second-factor", {}));
  const certificates = loaded<readonly CertificateView[]>(async () => {
    const answer = await port.call("GET /own/certificates", {});
    return answer.ok ? { ok: true, value: answer.value.certificates } : answer;
  });
  const sso = loaded<SsoState>(async () => {
    const providers = await port.call("GET /sso/providers", {});
    if (!providers.ok) return providers;
    const links = await port.call("GET /own/sso-links", {});
    return links.ok ? { ok: true, value: { ...providers.value, ...links.value } } : links;
  });
  const sessions = loaded<readonly SessionRow[]>(async () => {
    const answer = await port.call("GET /own/sessions", {});
    return answer.ok ? { ok: true, value: answer.value.sessions } : answer;
  });

  return {
    session,
    factor,
    certificates,
    sso,
    sessions,
    dialog,
    sending,
    deeds: ownDeeds({ context, session, dialog, sending, factor, certificates, sso, sessions }),
    show({ query }: Place): void {
      const { sso: outcome, ...rest } = query;
      if (outcome !== undefined) {
        notify(SSO_WORDS[outcome] ?? ZH.own.sso.refused);
        go({ section: "own", query: rest }, { replace: true });
      }
      for (const part of [factor, certificates, sso, sessions]) void part.reload();
    },
  };
});

export type OwnModelInstance = Model<OwnFlow>;
