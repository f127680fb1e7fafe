/**
 * An OpenID provider whose every answer a test can spoil: what an attacker between us, or one who
 * owns another provider, could send. Signs with WebCrypto, apart from any library under test.
 */

const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;

export interface ForgedToken {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  /** Instead of the provider's own RS256. */
  readonly sign?: (input: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  readonly whole?: string;
}

export class ForgingProvider {
  readonly issuer = "https://sso.test";
  readonly clientId = "yikatong";
  /** What the next token is like. */
  forged: ForgedToken = {};
  /** Over the metadata. */
  metadata: Record<string, unknown> = {};
  /** Instead of an answer of the token endpoint. */
  tokenAnswer: (() => Response) | null = null;
  /** Forms the token endpoint got. */
  readonly asked: URLSearchParams[] = [];
  nonce = "";
  readonly #keys: CryptoKeyPair;
  readonly #jwk: JsonWebKey;

  private constructor(keys: CryptoKeyPair, jwk: JsonWebKey) {
    this.#keys = keys;
    this.#jwk = jwk;
  }

  static async open(): Promise<ForgingProvider> {
    const keys = await newRsaKeys();
    return new ForgingProvider(keys, await crypto.subtle.exportKey("jwk", keys.publicKey));
  }

  /** As `fetch`. */
  readonly fetch = async (url: string, options: RequestInit): Promise<Response> => {
    const { pathname } = new URL(url);
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return Response.json(this.#metadataNow());
      case "/jwks":
        return Response.json({ keys: [{ ...this.#jwk, kid: "1", use: "sig", alg: "RS256" }] });
      case "/token":
        this.asked.push(new URLSearchParams(String(options.body)));
        return this.tokenAnswer?.() ?? Response.json({
          access_token: "of-no-use",
          token_type: "Bearer",
          id_token: await this.#idToken(),
        });
      default:
        return new Response(null, { status: 404 });
    }
  };

  /** Everybody knows it. */
  async publicKeyPem(): Promise<Uint8Array<ArrayBuffer>> {
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", this.#keys.publicKey));
    return utf8(`-----BEGIN PUBLIC KEY-----\n${spki.toBase64()}\n-----END PUBLIC KEY-----\n`);
  }

  #metadataNow(): Record<string, unknown> {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/auth`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      end_session_endpoint: `${this.issuer}/end`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "HS256", "none"],
      ...this.metadata,
    };
  }

  async #idToken(): Promise<string> {
    if (this.forged.whole !== undefined) return this.forged.whole;
    const now = Math.floor(Date.now() / 1_000);
    const input = `${part({ alg: "RS256", kid: "1", ...this.forged.header })}.${
      part({
        iss: this.issuer,
        aud: this.clientId,
        sub: "zhangsan",
        nonce: this.nonce,
        iat: now,
        exp: now + 300,
        ...this.forged.claims,
      })
    }`;
    const sign = this.forged.sign ?? signWith(this.#keys.privateKey);
    return `${input}.${base64url(await sign(utf8(input)))}`;
  }
}

export async function newRsaKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(
    { ...RSA, modulusLength: 2_048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ["sign", "verify"],
  );
}

export function signWith(
  key: CryptoKey,
): (input: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> {
  return async (input) => new Uint8Array(await crypto.subtle.sign(RSA, key, input));
}

function part(value: unknown): string {
  return base64url(utf8(JSON.stringify(value)));
}

function base64url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
