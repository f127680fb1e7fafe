import assert from "node:assert/strict";
import type { KeyHandle, SmProvider } from "../crypto/provider.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import type {
  AcceptanceReply,
  EnrolmentReply,
  EnrolmentState,
  OpeningBody,
} from "../server/modules/fleet/contract.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../server/modules/fleet/enrolment/approve_terminal.ts";
import type { FleetDb } from "../server/modules/fleet/tables.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import {
  acceptanceText,
  bodyContext,
  enrolmentCode,
  enrolmentCommitment,
  enrolmentStateText,
  LINE_HEADERS,
  LINE_SESSION_KEYS,
  openingText,
  PLATFORM_USER_ID,
  requestText,
  responseText,
  SEALED_BODY,
  terminalUserId,
} from "../server/platform/signed_line.ts";
import { sm3 } from "../crypto/sm3.ts";
import { testAudit } from "./audit.ts";
import type { Kysely } from "kysely";

/**
 * The terminal's end of a line as a test plays it, step by step and with every field to spoil;
 * apart from the terminal's own, so that both cannot share a mistake.
 */

export type Send = (path: string, init: RequestInit) => Response | Promise<Response>;

export interface LineTerminal {
  readonly provider: SmProvider;
  readonly clock: Clock;
  readonly send: Send;
  readonly number: string;
  readonly sign: KeyHandle;
  readonly agree: KeyHandle;
}

/** Enrolled: what it keeps on its disk. */
export interface EnrolledLine extends LineTerminal {
  readonly terminalId: string;
  readonly platform: EnrolmentReply;
  /** Of the next opening; a copy of this object is a copy of the disk. */
  generation: number;
}

export interface OpenLine {
  readonly of: EnrolledLine;
  readonly sessionId: string;
  readonly expiresAt: string;
  readonly mac: KeyHandle;
  readonly data: KeyHandle;
  sequence: number;
}

export async function newTerminal(
  options: Pick<LineTerminal, "clock" | "send" | "number">,
): Promise<LineTerminal> {
  const provider = new SoftwareProvider(portableEngine(), { name: "terminal" });
  const own = { algorithm: "sm2", leaves: "never", ephemeral: true } as const;
  return {
    ...options,
    provider,
    sign: await provider.generateKey({ ...own, label: "terminal-sign", usage: "sign" }),
    agree: await provider.generateKey({ ...own, label: "terminal-agree", usage: "agree" }),
  };
}

export async function postJson(
  { send }: Pick<LineTerminal, "send">,
  path: string,
  body: unknown,
): Promise<Response> {
  return await send(`/api/line/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

export interface Asked {
  readonly id: string;
  readonly code: string;
  readonly nonce: string;
  readonly reply: EnrolmentReply;
}

/** Asks to be enrolled; the code is what the terminal's screen shows. */
export async function askToEnrol(terminal: LineTerminal): Promise<Asked> {
  const { provider, number } = terminal;
  const signKey = (await provider.publicKey(terminal.sign)).toHex();
  const agreeKey = (await provider.publicKey(terminal.agree)).toHex();
  const nonce = (await provider.random(32)).toHex();
  const own = {
    terminalNumber: number,
    terminalSignKey: signKey,
    terminalAgreeKey: agreeKey,
    terminalNonce: nonce,
  };
  const id = newId(terminal.clock.now());
  const commitment = enrolmentCommitment(own);
  const asked = await postJson(terminal, "/enrolments", {
    id,
    terminalNumber: number,
    signKey,
    agreeKey,
    commitment,
  });
  assert.equal(asked.status, 200, await asked.clone().text());
  const reply: EnrolmentReply = await asked.json();
  const told = await postJson(terminal, `/enrolments/${id}/nonce`, { nonce });
  assert.equal(told.status, 204, await told.text());
  const code = enrolmentCode({
    ...own,
    platformSignKey: reply.signKey,
    platformAgreeKey: reply.agreeKey,
    platformNonce: reply.nonce,
  });
  return { id, code, nonce, reply };
}

export async function askState(
  terminal: LineTerminal,
  id: string,
  signer: KeyHandle = terminal.sign,
): Promise<{ readonly status: number; readonly state: EnrolmentState }> {
  const time = terminal.clock.now().toISOString();
  const signature = await terminal.provider.sm2Sign(signer, enrolmentStateText(id, time), {
    userId: terminalUserId(id),
  });
  const reply = await postJson(terminal, `/enrolments/${id}/state`, {
    time,
    signature: signature.toHex(),
  });
  return { status: reply.status, state: await reply.json() };
}

export async function enrol(
  terminal: LineTerminal,
  db: Kysely<FleetDb>,
): Promise<EnrolledLine> {
  const asked = await askToEnrol(terminal);
  const found = await findEnrolmentToApprove({ db, clock: terminal.clock }, asked.code);
  assert.equal(found.kind, "found");
  if (found.kind !== "found") throw new Error("not found");
  const { enrolment } = found;
  const { code } = asked;
  const { clock } = terminal;
  const approval = { enrolment, code, actor: shellActor("张工"), reason: null };
  assert.ok(await approveTerminal({ db, clock, audit: testAudit(clock) }, approval));
  const { state } = await askState(terminal, asked.id);
  assert.equal(state.state, "approved");
  const terminalId = state.terminalId ?? "";
  return { ...terminal, terminalId, platform: asked.reply, generation: 1 };
}

export async function signOpening(
  line: EnrolledLine,
  changes: Partial<OpeningBody> & { readonly ephemeralPublicKey: string },
): Promise<OpeningBody> {
  const opening = {
    terminalId: line.terminalId,
    generation: changes.generation ?? line.generation++,
    time: line.clock.now().toISOString(),
    nonce: (await line.provider.random(32)).toHex(),
    platformKey: sm3(Uint8Array.fromHex(line.platform.signKey)).toHex(),
    ...changes,
  };
  const signature = await line.provider.sm2Sign(line.sign, openingText(opening), {
    userId: terminalUserId(line.terminalId),
  });
  return { ...opening, signature: signature.toHex() };
}

/** Opens a session, or gives the refusal. */
export async function tryToOpen(
  line: EnrolledLine,
  changes: Partial<OpeningBody> = {},
): Promise<{ readonly opened: OpenLine } | { readonly refused: Response }> {
  const { provider } = line;
  using agreement = await provider.beginAgreement(line.agree, {
    role: "initiator",
    userId: terminalUserId(line.terminalId),
  });
  const ephemeralPublicKey = agreement.ephemeralPublicKey.toHex();
  const body = await signOpening(line, { ephemeralPublicKey, ...changes });
  const reply = await postJson(line, "/sessions", body);
  if (reply.status !== 200) return { refused: reply };
  const accepted: AcceptanceReply = await reply.json();
  const { signature, ...acceptance } = accepted;
  const { signature: _own, ...opening } = body;
  const isPlatform = await provider.sm2Verify(
    Uint8Array.fromHex(line.platform.signKey),
    acceptanceText({ opening, ...acceptance }),
    Uint8Array.fromHex(signature),
    { userId: PLATFORM_USER_ID },
  );
  assert.ok(isPlatform, "the platform signs its acceptance");
  const unconfirmed = await agreement.finish(
    {
      userId: PLATFORM_USER_ID,
      publicKey: Uint8Array.fromHex(line.platform.agreeKey),
      ephemeralPublicKey: Uint8Array.fromHex(accepted.ephemeralPublicKey),
    },
    LINE_SESSION_KEYS.map((key) => ({ ...key, leaves: "never" as const, ephemeral: true })),
  );
  const [mac, data] = await unconfirmed.confirm(Uint8Array.fromHex(accepted.confirmation));
  assert.ok(mac && data);
  const { sessionId, expiresAt } = accepted;
  return { opened: { of: line, sessionId, expiresAt, mac, data, sequence: 0 } };
}

export async function open(line: EnrolledLine): Promise<OpenLine> {
  const tried = await tryToOpen(line);
  if ("opened" in tried) return tried.opened;
  throw new Error(`Cannot open the line: ${await tried.refused.text()}`);
}

export interface SignedCall {
  readonly path: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
  readonly sequence: number;
}

/** A signed request, ready to be sent, or to be spoilt first. */
export async function signCall(
  line: OpenLine,
  call: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly sequence?: number;
    readonly time?: Date;
    /** Instead of the sealed body. */
    readonly raw?: Uint8Array;
  },
): Promise<SignedCall> {
  const { provider, clock, terminalId } = line.of;
  const sequence = call.sequence ?? ++line.sequence;
  const { sessionId } = line;
  const context = bodyContext("request", { sessionId, sequence });
  const text = new TextEncoder().encode(JSON.stringify(call.body));
  const body = call.raw ??
    (call.body === undefined ? new Uint8Array(0) : await provider.seal(line.data, text, context));
  const time = (call.time ?? clock.now()).toISOString();
  const target = `/api/terminal/v1${call.path}`;
  const { method } = call;
  const signed = requestText({ terminalId, sessionId, sequence, time, method, target, body });
  const mac = await provider.mac(line.mac, "hmac_sm3", signed);
  return {
    path: target,
    sequence,
    init: {
      method,
      headers: {
        [LINE_HEADERS.terminal]: terminalId,
        [LINE_HEADERS.session]: sessionId,
        [LINE_HEADERS.sequence]: String(sequence),
        [LINE_HEADERS.time]: time,
        [LINE_HEADERS.mac]: mac.toHex(),
        ...(body.length > 0 && { "content-type": SEALED_BODY }),
      },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    },
  };
}

export interface Answer {
  readonly status: number;
  /** Whether its MAC was there and good. */
  readonly isSigned: boolean;
  // deno-lint-ignore no-explicit-any -- what a test asserts on
  readonly body: any;
}

export async function sendSigned(line: OpenLine, call: SignedCall): Promise<Answer> {
  return await readAnswer(line, call.sequence, await line.of.send(call.path, call.init));
}

export async function readAnswer(
  line: OpenLine,
  sequence: number,
  reply: Response,
): Promise<Answer> {
  const { provider } = line.of;
  const { sessionId } = line;
  const sent = new Uint8Array(await reply.arrayBuffer());
  const { status } = reply;
  const given = Uint8Array.fromHex(reply.headers.get(LINE_HEADERS.mac) ?? "");
  const text = responseText({ sessionId, sequence, status, body: sent });
  const isSigned = await provider.verifyMac(line.mac, "hmac_sm3", text, given);
  const plain = isSigned && sent.length > 0
    ? await provider.open(line.data, sent, bodyContext("response", { sessionId, sequence }))
    : sent;
  const decoded = new TextDecoder().decode(plain);
  return { status, isSigned, body: decoded === "" ? null : JSON.parse(decoded) };
}

export async function callSigned(
  line: OpenLine,
  call: Parameters<typeof signCall>[1],
): Promise<Answer> {
  return await sendSigned(line, await signCall(line, call));
}
