import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from "openid-client";
import type { Clock } from "../../platform/clock.ts";
import { reasonOf } from "../../platform/errors.ts";
import { boundedFetch, type Fetch } from "./bounded_fetch.ts";
import {
  CALLBACK_LENGTH_MAX,
  isSubject,
  type SsoAnswer,
  type SsoClient,
  SsoUnavailable,
  type SsoWay,
} from "./sso_client.ts";

/** As the configuration's table `sso_oidc`. */
export interface OidcConfig {
  readonly title: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly secret: string;
  readonly redirect_url: string;
  readonly signing_algorithm: string;
  readonly client_authentication: "basic" | "post";
  readonly trusted_strength: readonly string[];
  readonly timeout_ms: number;
}

export interface OidcDeps {
  readonly clock: Clock;
  readonly fetch?: Fetch;
}

/** Clocks of provider and platform may be so far apart. */
const SKEW_SECONDS_MAX = 60;
/** What the provider says of itself is asked again so often. */
const METADATA_MS_MAX = 3_600_000;
const SCOPE = "openid";

/**
 * OpenID Connect Core 1.0 §3.1, authorization code with PKCE. The ID token's signature is checked
 * although it comes over TLS, with the one algorithm configured: neither `none` nor an HMAC can be.
 */
export function openOidcClient(config: OidcConfig, deps: OidcDeps): SsoClient {
  const known = rememberMetadata(config, deps);
  return {
    provider: "oidc",
    title: config.title,
    issuer: config.issuer,
    callbackPath: new URL(config.redirect_url).pathname,
    async startUrl(way) {
      const url = buildAuthorizationUrl(await known(), {
        redirect_uri: config.redirect_url,
        scope: SCOPE,
        state: way.state,
        nonce: way.nonce,
        code_challenge: await calculatePKCECodeChallenge(way.verifier),
        code_challenge_method: "S256",
      });
      return url.href;
    },
    finish: (search, way) => finish({ config, known }, search, way),
    async signOutUrl(backTo) {
      const metadata = await known();
      if (metadata.serverMetadata().end_session_endpoint === undefined) return null;
      const back = new URL(backTo, config.redirect_url).href;
      return buildEndSessionUrl(metadata, { post_logout_redirect_uri: back }).href;
    },
  };
}

interface Known {
  readonly config: OidcConfig;
  readonly known: () => Promise<Configuration>;
}

async function finish(
  { config, known }: Known,
  search: string,
  way: SsoWay,
): Promise<SsoAnswer> {
  if (search.length > CALLBACK_LENGTH_MAX) return { kind: "refused", why: "too_long" };
  try {
    // By the configured address, not the one this request names: proxies change that.
    const back = new URL(search, config.redirect_url);
    const tokens = await authorizationCodeGrant(await known(), back, {
      expectedState: way.state,
      expectedNonce: way.nonce,
      pkceCodeVerifier: way.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!isSubject(claims?.sub)) return { kind: "refused", why: "no_subject" };
    const said = [claims.acr, ...Array.isArray(claims.amr) ? claims.amr : []];
    const isStrong = said.some((word) => config.trusted_strength.some((one) => one === word));
    return { kind: "identity", subject: claims.sub, isStrong };
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Asked at first use, so that a provider that is down stops nobody's start. */
function rememberMetadata(config: OidcConfig, { clock, fetch: send }: OidcDeps) {
  let known: { readonly at: number; readonly metadata: Configuration } | null = null;
  return async (): Promise<Configuration> => {
    const now = clock.now().getTime();
    if (known && Math.abs(now - known.at) < METADATA_MS_MAX) return known.metadata;
    try {
      const metadata = await discover(config, boundedFetch(send ?? fetch));
      known = { at: now, metadata };
      return metadata;
    } catch (cause) {
      throw new SsoUnavailable(`Cannot ask the provider of itself: ${reasonOf(cause)}`, { cause });
    }
  };
}

/** Throws where the provider names another issuer than the one configured. */
async function discover(config: OidcConfig, send: Fetch): Promise<Configuration> {
  const authenticate = config.client_authentication === "basic"
    ? ClientSecretBasic
    : ClientSecretPost;
  const issuer = new URL(config.issuer);
  return await discovery(
    issuer,
    config.client_id,
    {
      client_secret: config.secret,
      id_token_signed_response_alg: config.signing_algorithm,
      [clockTolerance]: SKEW_SECONDS_MAX,
    },
    authenticate(config.secret),
    {
      timeout: config.timeout_ms / 1_000,
      [customFetch]: (url, { signal, body, ...options }) =>
        send(url, { ...options, body: formOf(body), ...(signal && { signal }) }),
      // The configuration takes http only for this machine itself.
      execute: [
        enableNonRepudiationChecks,
        ...issuer.protocol === "http:" ? [allowInsecureRequests] : [],
      ],
    },
  );
}

/** All that the code flow ever sends. */
function formOf(body: unknown): URLSearchParams | string | null {
  return typeof body === "string" || body instanceof URLSearchParams ? body : null;
}

function failed(thrown: unknown): SsoAnswer {
  if (thrown instanceof SsoUnavailable) return { kind: "unavailable", why: "metadata" };
  const code = codeOf(thrown);
  if (code === "OAUTH_TIMEOUT" || isTransport(thrown)) {
    return { kind: "unavailable", why: code ?? "transport" };
  }
  return { kind: "refused", why: code ?? "not_conform" };
}

function codeOf(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !("code" in thrown)) return null;
  return typeof thrown.code === "string" ? thrown.code : null;
}

/** The connection, not what came over it. */
function isTransport(thrown: unknown): boolean {
  const inner = thrown instanceof ClientError ? thrown.cause : thrown;
  return inner instanceof TypeError || inner instanceof DOMException;
}
