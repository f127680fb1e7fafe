import type { SsoClient } from "./gateways/sso/sso_client.ts";
import { type Authorities, readAuthorities } from "./modules/access/certificates/authorities.ts";
import type { CertificateDeps } from "./modules/access/certificates/enrol_certificate.ts";
import type { AuthenticateProgramDeps } from "./modules/access/programs/authenticate_program.ts";
import type { IssueTokenDeps } from "./modules/access/programs/issue_token.ts";
import { endExpiredKeys, sweepNonces } from "./modules/access/programs/jobs.ts";
import type { SsoProviderName } from "./modules/access/sso/contract.ts";
import { sweepSsoAttempts } from "./modules/access/sso/jobs.ts";
import type { SsoClients } from "./modules/access/sso/sso_deps.ts";
import type { Clock } from "./platform/clock.ts";
import { type Config, readText } from "./platform/config.ts";
import type { Tables } from "./schema.ts";
import type { Services } from "./services.ts";
import type { Kysely } from "kysely";

/** By what else than a password somebody may show who he is, as the configuration says. */
export interface OutsideConfig {
  readonly clients: SsoClients;
  /** Null where none are configured: certificates are not taken then. */
  readonly authorities: Authorities | null;
  readonly origin: string;
}

/** What certificates sign where no origin is configured; the platform's name, not a place. */
const NO_ORIGIN = "yikatong";

export const NOTHING_OUTSIDE: OutsideConfig = {
  clients: new Map(),
  authorities: null,
  origin: NO_ORIGIN,
};

/** Throws ConfigError or CryptoError for a file of authorities that cannot be used. */
export async function openOutsideConfig(
  { access, sso_oidc, sso_cas }: Pick<Config, "access" | "sso_oidc" | "sso_cas">,
  clock: Clock,
): Promise<OutsideConfig> {
  const { certificate_authorities, origin } = access;
  return {
    clients: await openClients({ sso_oidc, sso_cas }, clock),
    authorities: certificate_authorities === undefined
      ? null
      : readAuthorities(await readText(certificate_authorities)),
    origin: origin ?? NO_ORIGIN,
  };
}

/** Where none is configured their packages are not loaded. */
async function openClients(
  { sso_oidc, sso_cas }: Pick<Config, "sso_oidc" | "sso_cas">,
  clock: Clock,
): Promise<SsoClients> {
  const clients = new Map<SsoProviderName, SsoClient>();
  if (sso_oidc) {
    const { openOidcClient } = await import("./gateways/sso/oidc_client.ts");
    clients.set("oidc", openOidcClient(sso_oidc, { clock }));
  }
  if (sso_cas) {
    const { openCasClient } = await import("./gateways/sso/cas_client.ts");
    clients.set("cas", openCasClient(sso_cas));
  }
  return clients;
}

/** What the parts of a way in from outside work with. */
interface OutsideServices extends CertificateDeps {
  readonly db: Kysely<Tables>;
  readonly clients: SsoClients;
}

export function outsideOf(
  { platform, audit, rowTags }: Pick<Services, "platform" | "audit" | "rowTags">,
): OutsideServices {
  const { db, clock, provider, sealer } = platform;
  const { clients, authorities, origin } = platform.outside ?? NOTHING_OUTSIDE;
  return { db, clock, provider, sealer, audit, rowTags, clients, authorities, origin };
}

/** What programs' tokens are made with. */
export function tokensOf(
  services: Services,
): OutsideServices & IssueTokenDeps & AuthenticateProgramDeps {
  const rightsOf: IssueTokenDeps["rightsOf"] = ({ id, rights_version }, address) =>
    services.console.rights.get({ id, rightsVersion: rights_version }, address);
  return { ...outsideOf(services), rightsOf, refusals: services.console.programRefusals };
}

/** Keys that ended by themselves are told; what counts no more is swept. */
export async function tidyOutside(services: Services): Promise<void> {
  const deps = outsideOf(services);
  await endExpiredKeys(deps);
  await sweepNonces(deps);
  await sweepSsoAttempts(deps);
}
