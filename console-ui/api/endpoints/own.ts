import type {
  CertificateChallenge,
  CertificateView,
  EnrolCertificateBody,
} from "../../../server/modules/access/certificates/contract.ts";
import type {
  PasswordRules,
  SecondFactorState,
  SessionInfo,
  SessionRow,
} from "../../../server/modules/access/sign_in/contract.ts";
import type { SsoLinkView } from "../../../server/modules/access/sso/contract.ts";
import type { Bare, Endpoint, Sends } from "../endpoint.ts";

export interface TotpEnrolment {
  readonly otpauthUrl: string;
  readonly secret: string;
}

interface NewCodes {
  readonly recoveryCodes: readonly string[];
}

interface PasswordChange {
  readonly password: string;
  readonly newPassword: string;
}

interface OfProvider {
  readonly path: { readonly provider: string };
}

interface OfLink {
  readonly path: { readonly linkId: string };
}

/** What somebody does about the account they are signed in with. */
export interface OwnEndpoints {
  readonly "GET /own/sessions": Endpoint<
    Bare,
    { readonly sessions: readonly SessionRow[]; readonly next: string | null }
  >;
  readonly "POST /own/sessions/end": Endpoint<
    Sends<{ readonly others: boolean }>,
    { readonly ended: number }
  >;
  readonly "GET /own/password-rules": Endpoint<Bare, PasswordRules>;
  readonly "POST /own/password": Endpoint<Sends<PasswordChange>, SessionInfo>;
  readonly "GET /own/second-factor": Endpoint<Bare, SecondFactorState>;
  readonly "POST /own/totp": Endpoint<Bare, TotpEnrolment>;
  readonly "POST /own/totp/confirm": Endpoint<Sends<{ readonly code: string }>, NewCodes>;
  readonly "POST /own/recovery-codes": Endpoint<Bare, NewCodes>;
  readonly "GET /own/certificates": Endpoint<
    Bare,
    { readonly certificates: readonly CertificateView[] }
  >;
  readonly "POST /own/certificates/challenges": Endpoint<Bare, CertificateChallenge>;
  readonly "POST /own/certificates": Endpoint<Sends<EnrolCertificateBody>, CertificateView>;
  readonly "GET /own/sso-links": Endpoint<Bare, { readonly links: readonly SsoLinkView[] }>;
  readonly "POST /own/sso-links/{provider}": Endpoint<OfProvider, { readonly url: string }>;
  readonly "POST /own/sso-links/{linkId}/remove": Endpoint<OfLink, null>;
}
