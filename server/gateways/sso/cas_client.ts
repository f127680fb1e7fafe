import { reasonOf } from "../../platform/errors.ts";
import { boundedFetch, type Fetch } from "./bounded_fetch.ts";
import { readCasReply } from "./cas_reply.ts";
import { CALLBACK_LENGTH_MAX, type SsoAnswer, type SsoClient, type SsoWay } from "./sso_client.ts";

/** As the configuration's table `sso_cas`. */
export interface CasConfig {
  readonly title: string;
  /** Without a slash at the end: `https://sso.example/cas`. */
  readonly url: string;
  readonly redirect_url: string;
  readonly trusted_strength: readonly string[];
  readonly timeout_ms: number;
}

export interface CasDeps {
  readonly fetch?: Fetch;
}

const TICKET = /^ST-[\x21-\x7e]{1,252}$/;
const HTTP_OK = 200;

/**
 * CAS protocol 3.0. It knows neither nonce nor PKCE: the ticket is good once and for one service
 * address, and that address carries the way's state.
 */
export function openCasClient(config: CasConfig, deps: CasDeps = {}): SsoClient {
  const send = boundedFetch(deps.fetch ?? fetch);
  const at = (path: string, query: Record<string, string>) =>
    `${config.url}${path}?${new URLSearchParams(query)}`;
  return {
    provider: "cas",
    title: config.title,
    issuer: config.url,
    callbackPath: new URL(config.redirect_url).pathname,
    startUrl: (way) => Promise.resolve(at("/login", { service: serviceOf(config, way) })),
    async finish(search, way) {
      const ticket = readTicket(search, way);
      if (ticket === null) return { kind: "refused", why: "malformed" };
      const service = serviceOf(config, way);
      return await validate(config, {
        send,
        url: at("/p3/serviceValidate", { service, ticket, format: "XML" }),
      });
    },
    signOutUrl: (backTo) =>
      Promise.resolve(at("/logout", { service: new URL(backTo, config.redirect_url).href })),
  };
}

/** To the letter the same on the way there and when the ticket is shown. */
function serviceOf({ redirect_url }: CasConfig, { state }: SsoWay): string {
  return `${redirect_url}?state=${state}`;
}

/** Null unless there is one ticket and this way's state, and nothing twice. */
function readTicket(search: string, { state }: SsoWay): string | null {
  if (search.length > CALLBACK_LENGTH_MAX) return null;
  const query = new URLSearchParams(search);
  const [ticket, ...more] = query.getAll("ticket");
  const states = query.getAll("state");
  if (ticket === undefined || more.length > 0 || !TICKET.test(ticket)) return null;
  return states.length === 1 && states[0] === state ? ticket : null;
}

async function validate(
  { timeout_ms, trusted_strength }: CasConfig,
  { send, url }: { readonly send: Fetch; readonly url: string },
): Promise<SsoAnswer> {
  const answer = await ask(send, url, timeout_ms);
  if ("why" in answer) return { kind: "unavailable", why: answer.why };
  const reply = readCasReply(answer.text);
  switch (reply.kind) {
    case "success":
      return {
        kind: "identity",
        subject: reply.user,
        isStrong: reply.strengths.some((word) => trusted_strength.includes(word)),
      };
    case "failure":
      return { kind: "refused", why: reply.code };
    case "malformed":
      return { kind: "refused", why: "not_conform" };
    default:
      return reply satisfies never;
  }
}

async function ask(
  send: Fetch,
  url: string,
  timeoutMs: number,
): Promise<{ readonly text: string } | { readonly why: string }> {
  try {
    const answer = await send(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== HTTP_OK) return { why: `status_${answer.status}` };
    return { text: await answer.text() };
  } catch (thrown) {
    return { why: reasonOf(thrown).slice(0, 100) };
  }
}
