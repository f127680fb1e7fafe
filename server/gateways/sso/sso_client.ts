/** One identity provider, whatever it speaks. */
export interface SsoClient {
  readonly provider: "oidc" | "cas";
  /** As the sign-in page calls it. */
  readonly title: string;
  /** Whose subjects these are: a link made under one issuer is nothing under another. */
  readonly issuer: string;
  /** Path of `redirect_url`, where the browser comes back to. */
  readonly callbackPath: string;
  /** Where the browser is sent. Throws SsoUnavailable. */
  startUrl(way: SsoWay): Promise<string>;
  /** Judges the query the browser came back with; never throws for what others did. */
  finish(search: string, way: SsoWay): Promise<SsoAnswer>;
  /**
   * Where the provider's own session ends, and from where the browser comes back to this path of
   * ours; null where it offers none. Throws SsoUnavailable.
   */
  signOutUrl(backTo: string): Promise<string | null>;
}

/** What ties a way to the provider and back to one browser; each new for every way. */
export interface SsoWay {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE (RFC 7636 §4.1). */
  readonly verifier: string;
}

export type SsoAnswer =
  | {
    readonly kind: "identity";
    readonly subject: string;
    /** The provider says that it saw a second factor, in words the configuration trusts. */
    readonly isStrong: boolean;
  }
  /** `why` is a word of ours or of the protocol's library, without what was sent. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unavailable"; readonly why: string };

/** The provider cannot be reached, or does not say what it has to say. */
export class SsoUnavailable extends Error {
  override readonly name = "SsoUnavailable";
}

/** Longer ways back are not looked at. */
export const CALLBACK_LENGTH_MAX = 4_096;
const SUBJECT = /^[\x21-\x7e]{1,255}$/;

export function isSubject(text: unknown): text is string {
  return typeof text === "string" && SUBJECT.test(text);
}
