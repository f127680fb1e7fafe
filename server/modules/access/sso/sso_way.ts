import { sm3 } from "../../../../crypto/sm3.ts";
import type { SsoWay } from "../../../gateways/sso/sso_client.ts";
import type { SessionToken } from "../sign_in/session_token.ts";

/** All of a way follows from the browser's cookie: the database keeps only that one's digest. */
export function wayOf({ text }: Pick<SessionToken, "text">): SsoWay {
  const part = (name: string) =>
    sm3(new TextEncoder().encode(`yikatong sso ${name}\0${text}`)).toHex();
  return { state: part("state"), nonce: part("nonce"), verifier: part("verifier") };
}
