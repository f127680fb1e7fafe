import type { KeyHandle } from "../../crypto/provider.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { sm3 } from "../../crypto/sm3.ts";
import {
  enrolmentBodySchema,
  enrolmentNonceBodySchema,
  enrolmentStateBodySchema,
  openingBodySchema,
} from "../../server/modules/fleet/contract.ts";
import { type Clock, SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import {
  acceptanceText,
  bodyContext,
  enrolmentCode,
  enrolmentCommitment,
  enrolmentStateText,
  LINE_AGREE_KEY,
  LINE_HEADERS,
  LINE_SESSION_KEYS,
  LINE_SIGN_KEY,
  openingText,
  PLATFORM_USER_ID,
  requestText,
  responseText,
  SEALED_BODY,
  terminalUserId,
} from "../../server/platform/signed_line.ts";

/** The platform's end of the line for tests, written from `signed_line.ts` and nothing else. */

interface Session {
  readonly mac: KeyHandle;
  readonly data: KeyHandle;
  readonly numbers: Set<number>;
}

interface Enrolling {
  readonly body: ReturnType<typeof enrolmentBodySchema.parse>;
  readonly nonce: string;
  terminalNonce: string | null;
  state: "waiting" | "approved" | "expired";
}

export class LinePlatform implements AsyncDisposable {
  readonly #provider: SoftwareProvider;
  readonly #keys: { readonly sign: KeyHandle; readonly agree: KeyHandle };
  readonly #inner: (request: Request) => Promise<Response>;
  readonly enrolments = new Map<string, Enrolling>();
  readonly #terminals = new Map<string, Enrolling["body"]>();
  readonly #sessions = new Map<string, Session>();
  readonly generations: number[] = [];
  clock: Clock = SYSTEM_CLOCK;
  sessionMs = 3_600_000;
  /** What openings are refused with. */
  refusal: string | null = null;
  /** Lets a test change what goes back to the terminal. */
  tamper: (response: Response) => Response = (response) => response;
  calls = 0;

  private constructor(
    inner: (request: Request) => Promise<Response>,
    keys: { readonly sign: KeyHandle; readonly agree: KeyHandle },
    provider: SoftwareProvider,
  ) {
    this.#inner = inner;
    this.#keys = keys;
    this.#provider = provider;
  }

  static async open(inner: (request: Request) => Promise<Response>): Promise<LinePlatform> {
    const provider = new SoftwareProvider(portableEngine(), {
      name: "platform",
      onKeysChanged: () => Promise.resolve(),
    });
    const make = (label: string, usage: "sign" | "agree") =>
      provider.generateKey({ label, algorithm: "sm2", usage, leaves: "never" });
    const keys = {
      sign: await make(LINE_SIGN_KEY, "sign"),
      agree: await make(LINE_AGREE_KEY, "agree"),
    };
    return new LinePlatform(inner, keys, provider);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    init?.signal?.throwIfAborted();
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/line/v1")) return await this.#plain(request, pathname);
    this.calls += 1;
    return this.tamper(await this.#signed(request));
  };

  /** Approves as the operator does who typed the code; false when it does not fit. */
  async approve(code: string): Promise<boolean> {
    for (const [id, enrolling] of this.enrolments) {
      const { body, nonce, terminalNonce } = enrolling;
      if (!terminalNonce || enrolling.state !== "waiting") continue;
      const platform = await this.publicKeys();
      const expected = enrolmentCode({
        terminalNumber: body.terminalNumber,
        terminalSignKey: body.signKey,
        terminalAgreeKey: body.agreeKey,
        terminalNonce,
        platformSignKey: platform.signKey,
        platformAgreeKey: platform.agreeKey,
        platformNonce: nonce,
      });
      if (expected !== code) continue;
      enrolling.state = "approved";
      this.#terminals.set(id, body);
      return true;
    }
    return false;
  }

  async publicKeys(): Promise<{ readonly signKey: string; readonly agreeKey: string }> {
    const { sign, agree } = this.#keys;
    return {
      signKey: (await this.#provider.publicKey(sign)).toHex(),
      agreeKey: (await this.#provider.publicKey(agree)).toHex(),
    };
  }

  forgetSessions(): void {
    this.#sessions.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider[Symbol.asyncDispose]();
  }

  async #plain(request: Request, path: string): Promise<Response> {
    const body = await request.json();
    const [, id = "", step] = /\/enrolments\/([^/]+)\/(nonce|state)$/.exec(path) ?? [];
    if (path.endsWith("/enrolments")) return await this.#enrol(body);
    if (path.endsWith("/sessions")) return await this.#open(body);
    const enrolling = this.enrolments.get(id);
    if (!enrolling) return refuse(404, "fleet.not_found");
    return step === "nonce"
      ? this.#reveal(enrolling, body)
      : await this.#tellState(id, enrolling, body);
  }

  async #enrol(given: unknown): Promise<Response> {
    const body = enrolmentBodySchema.parse(given);
    const known = this.enrolments.get(body.id);
    const nonce = known?.nonce ?? (await this.#provider.random(32)).toHex();
    if (!known) {
      this.enrolments.set(body.id, { body, nonce, terminalNonce: null, state: "waiting" });
    }
    const expiresAt = new Date(this.clock.now().getTime() + 600_000).toISOString();
    return Response.json({ ...await this.publicKeys(), nonce, expiresAt }, { status: 201 });
  }

  #reveal(enrolling: Enrolling, given: unknown): Response {
    const { nonce } = enrolmentNonceBodySchema.parse(given);
    const { body } = enrolling;
    const commitment = enrolmentCommitment({
      terminalNumber: body.terminalNumber,
      terminalSignKey: body.signKey,
      terminalAgreeKey: body.agreeKey,
      terminalNonce: nonce,
    });
    if (commitment !== body.commitment) return refuse(409, "line.malformed");
    enrolling.terminalNonce = nonce;
    return new Response(null, { status: 204 });
  }

  async #tellState(id: string, { body, state }: Enrolling, given: unknown): Promise<Response> {
    const { time, signature } = enrolmentStateBodySchema.parse(given);
    const isSigned = await this.#provider.sm2Verify(
      Uint8Array.fromHex(body.signKey),
      enrolmentStateText(id, time),
      Uint8Array.fromHex(signature),
      { userId: terminalUserId(id) },
    );
    if (!isSigned) return refuse(401, "line.not_authenticated");
    // The enrolment's id serves as the terminal's.
    return Response.json({ state, terminalId: state === "approved" ? id : null });
  }

  async #open(given: unknown): Promise<Response> {
    if (this.refusal) return refuse(403, this.refusal);
    const { signature, ...opening } = openingBodySchema.parse(given);
    const now = this.clock.now();
    if (Math.abs(now.getTime() - new Date(opening.time).getTime()) > 300_000) {
      return refuse(401, "line.clock_skew", now.toISOString());
    }
    const terminal = this.#terminals.get(opening.terminalId);
    if (!terminal) return refuse(401, "line.not_authenticated");
    const { signKey } = await this.publicKeys();
    if (opening.platformKey !== sm3(Uint8Array.fromHex(signKey)).toHex()) {
      return refuse(403, "line.wrong_platform_key");
    }
    const userId = terminalUserId(opening.terminalId);
    const isSigned = await this.#provider.sm2Verify(
      Uint8Array.fromHex(terminal.signKey),
      openingText(opening),
      Uint8Array.fromHex(signature),
      { userId },
    );
    if (!isSigned) return refuse(401, "line.not_authenticated");
    if (opening.generation <= (this.generations.at(-1) ?? 0)) {
      return refuse(409, "line.old_generation");
    }
    this.generations.push(opening.generation);
    using agreement = await this.#provider.beginAgreement(this.#keys.agree, {
      userId: PLATFORM_USER_ID,
      role: "responder",
    });
    const agreed = await agreement.finish({
      publicKey: Uint8Array.fromHex(terminal.agreeKey),
      ephemeralPublicKey: Uint8Array.fromHex(opening.ephemeralPublicKey),
      userId,
    }, LINE_SESSION_KEYS.map((spec) => ({ ...spec, leaves: "never", ephemeral: true })));
    const sessionId = newId(now);
    const reply = {
      sessionId,
      ephemeralPublicKey: agreement.ephemeralPublicKey.toHex(),
      confirmation: agreed.ownConfirmation.toHex(),
      time: now.toISOString(),
      expiresAt: new Date(now.getTime() + this.sessionMs).toISOString(),
    };
    const [mac, data] = await agreed.takeUnconfirmed();
    if (!mac || !data) throw new Error("Cannot open a session: expected two keys");
    this.#sessions.set(sessionId, { mac, data, numbers: new Set() });
    const text = acceptanceText({ opening, ...reply });
    const signed = await this.#provider.sm2Sign(this.#keys.sign, text, {
      userId: PLATFORM_USER_ID,
    });
    return Response.json({ ...reply, signature: signed.toHex() });
  }

  async #signed(request: Request): Promise<Response> {
    const header = (name: keyof typeof LINE_HEADERS) =>
      request.headers.get(LINE_HEADERS[name]) ?? "";
    const sessionId = header("session");
    const session = this.#sessions.get(sessionId);
    if (!session) return refuse(401, "line.not_authenticated");
    const sequence = Number(header("sequence"));
    const { pathname, search } = new URL(request.url);
    const sent = new Uint8Array(await request.arrayBuffer());
    const { method } = request;
    const text = requestText({
      terminalId: header("terminal"),
      sessionId,
      sequence,
      time: header("time"),
      method,
      target: pathname + search,
      body: sent,
    });
    const mac = Uint8Array.fromHex(header("mac"));
    if (!await this.#provider.verifyMac(session.mac, "hmac_sm3", text, mac)) {
      return refuse(401, "line.not_authenticated");
    }
    if (session.numbers.has(sequence)) throw new Error(`Number ${sequence} came twice`);
    session.numbers.add(sequence);
    const of = { sessionId, sequence };
    const plain = sent.length === 0
      ? null
      : new Uint8Array(await this.#provider.open(session.data, sent, bodyContext("request", of)));
    const answer = await this.#inner(
      new Request(request.url, {
        method,
        ...(plain && { body: plain, headers: { "content-type": "application/json" } }),
      }),
    );
    return await this.#answer(session, of, answer);
  }

  async #answer(
    { mac, data }: Session,
    of: { readonly sessionId: string; readonly sequence: number },
    answer: Response,
  ): Promise<Response> {
    const { status } = answer;
    const plain = new Uint8Array(await answer.arrayBuffer());
    const body = plain.length === 0
      ? plain
      : await this.#provider.seal(data, plain, bodyContext("response", of));
    const text = responseText({ ...of, status, body });
    return new Response(body.length === 0 ? null : new Uint8Array(body), {
      status,
      headers: {
        [LINE_HEADERS.mac]: (await this.#provider.mac(mac, "hmac_sm3", text)).toHex(),
        ...(body.length > 0 && { "content-type": SEALED_BODY }),
      },
    });
  }
}

function refuse(status: number, code: string, detail?: string): Response {
  const body = {
    type: "about:blank",
    title: code,
    status,
    code,
    retry: "never",
    traceId: "t-1",
    ...(detail !== undefined && { detail }),
  };
  return Response.json(body, { status });
}
