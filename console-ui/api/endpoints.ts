import type { SsoProviderName } from "../../server/modules/access/sso/contract.ts";
import type { CertificateChallenge } from "../../server/modules/access/certificates/contract.ts";
import type {
  SecondFactorBody,
  SessionInfo,
  SignInBody,
  SignInReply,
} from "../../server/modules/access/sign_in/contract.ts";
import type { Bare, Endpoint, Sends } from "./endpoint.ts";
import type { AuditEndpoints } from "./endpoints/audit.ts";
import type { MoneyEndpoints } from "./endpoints/money.ts";
import type { OwnEndpoints, TotpEnrolment } from "./endpoints/own.ts";
import type { PersonEndpoints } from "./endpoints/persons.ts";
import type { RightsEndpoints } from "./endpoints/rights.ts";
import type { SecurityEndpoints } from "./endpoints/security.ts";
import type { SettingEndpoints } from "./endpoints/settings.ts";
import type { TerminalEndpoints } from "./endpoints/terminals.ts";

export interface SsoProvider {
  readonly provider: SsoProviderName;
  readonly title: string;
  readonly startUrl: string;
}

export interface TotpEnrolledInSignIn {
  readonly recoveryCodes: readonly string[];
  readonly next: SignInReply;
}

interface ConfirmBody {
  readonly password: string;
  readonly factor?: SecondFactorBody;
}

/** What the console calls, by method and path under `/api/console/v1`. */
export interface Endpoints
  extends
    OwnEndpoints,
    PersonEndpoints,
    TerminalEndpoints,
    RightsEndpoints,
    SecurityEndpoints,
    SettingEndpoints,
    AuditEndpoints,
    MoneyEndpoints {
  readonly "GET /session": Endpoint<Bare, SessionInfo>;
  readonly "POST /session/confirm": Endpoint<Sends<ConfirmBody>, SessionInfo>;
  readonly "POST /session/certificate-challenge": Endpoint<Bare, CertificateChallenge>;
  readonly "POST /session/end": Endpoint<Bare, null>;
  readonly "GET /sso/providers": Endpoint<Bare, { readonly providers: readonly SsoProvider[] }>;
  readonly "POST /sign-in": Endpoint<Sends<SignInBody>, SignInReply>;
  readonly "POST /sign-in/password": Endpoint<Sends<{ readonly newPassword: string }>, SignInReply>;
  readonly "POST /sign-in/totp": Endpoint<Bare, TotpEnrolment>;
  readonly "POST /sign-in/totp/confirm": Endpoint<
    Sends<{ readonly code: string }>,
    TotpEnrolledInSignIn
  >;
  readonly "POST /sign-in/second-factor": Endpoint<Sends<SecondFactorBody>, SignInReply>;
  readonly "POST /sign-in/certificate-challenge": Endpoint<Bare, CertificateChallenge>;
}
