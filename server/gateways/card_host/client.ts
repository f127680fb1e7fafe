import { equalBytes } from "../../../crypto/bytes.ts";
import type { KeyHandle, SmProvider } from "../../../crypto/provider.ts";
import type { CardLine, LineReply } from "./card_line.ts";
import { type HostAnswer, hostAnswer } from "./host_answer.ts";
import { bytesOf, type CardMessage } from "./wire/field_table.ts";
import type { HostProfile } from "./wire/host_profile.ts";
import { packMessage } from "./wire/pack_message.ts";
import { workKeysIn, type WrappedWorkKey } from "./work_keys.ts";

/** What came of one message to the host. */
export type HostReply =
  | { readonly kind: "answered"; readonly answer: HostAnswer }
  /** Something came, but not what the host of these keys would say: it counts as no answer. */
  | { readonly kind: "untrusted"; readonly reason: string; readonly keysDoubtful: boolean }
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "lost"; readonly reason: string };

export interface CardHostClient {
  /** The message gets its MAC here; an answer counts only with the right one. */
  ask(provider: SmProvider, macKey: KeyHandle, request: CardMessage): Promise<HostReply>;
  /** 0800 or 0820, which have no MAC. The keys are null for an answer without. */
  askPlainly(
    request: CardMessage,
  ): Promise<HostReply & { readonly keys?: readonly WrappedWorkKey[] | null }>;
}

export function openCardHost(
  { line, profile }: { readonly line: CardLine; readonly profile: HostProfile },
): CardHostClient {
  return {
    async ask(provider, macKey, request) {
      const packed = await withMac(profile, { provider, macKey }, request);
      const reply = await line.exchange(packed.message, packed.bytes);
      if (reply.kind !== "answered") return reply;
      return await judged(profile, { provider, macKey }, { request, reply });
    },
    async askPlainly(request) {
      const reply = await line.exchange(request, packMessage(profile.table, request));
      if (reply.kind !== "answered") return reply;
      const answer = hostAnswer(profile, reply.message);
      if (answer === null) return untrusted("the answer has no response code");
      return { kind: "answered", answer, keys: workKeysIn(profile, reply.message) };
    },
  };
}

interface MacWith {
  readonly provider: SmProvider;
  readonly macKey: KeyHandle;
}

/** The MAC is over everything before its field, bitmap included, as the last field it is. */
async function withMac(
  { table, mac }: HostProfile,
  { provider, macKey }: MacWith,
  request: CardMessage,
): Promise<{ readonly message: CardMessage; readonly bytes: Uint8Array }> {
  const empty = new Uint8Array(mac.bytes);
  const message = { ...request, fields: new Map([...request.fields, [mac.field, empty] as const]) };
  const bytes = packMessage(table, message);
  const front = bytes.subarray(0, bytes.length - mac.bytes);
  const made = await provider.mac(macKey, mac.method, front);
  bytes.set(made.subarray(0, mac.bytes), front.length);
  return { message, bytes };
}

async function judged(
  profile: HostProfile,
  keys: MacWith,
  { request, reply }: {
    readonly request: CardMessage;
    readonly reply: Extract<LineReply, { kind: "answered" }>;
  },
): Promise<HostReply> {
  const answer = hostAnswer(profile, reply.message);
  if (!await isAuthentic(profile, keys, reply)) {
    return untrusted("the answer's MAC is missing or wrong", true);
  }
  if (answer === null) return untrusted("the answer has no response code");
  return echoes(request, reply.message)
    ? { kind: "answered", answer }
    : untrusted("the answer is about another transaction");
}

async function isAuthentic(
  { mac }: HostProfile,
  { provider, macKey }: MacWith,
  { message, bytes }: Extract<LineReply, { kind: "answered" }>,
): Promise<boolean> {
  const found = bytesOf(message, mac.field);
  if (found === null || Math.max(...message.fields.keys()) !== mac.field) return false;
  const front = bytes.subarray(0, bytes.length - mac.bytes);
  return await provider.verifyMac(macKey, mac.method, front, found, { length: mac.bytes });
}

/** Card, kind and amount come back as they were sent, where the host sends them back. */
function echoes(request: CardMessage, answer: CardMessage): boolean {
  return [2, 3, 4, 49].every((field) => {
    const [asked, told] = [request.fields.get(field), answer.fields.get(field)];
    if (asked === undefined || told === undefined) return true;
    if (asked instanceof Uint8Array || told instanceof Uint8Array) {
      return asked instanceof Uint8Array && told instanceof Uint8Array && equalBytes(asked, told);
    }
    return asked === told;
  });
}

function untrusted(reason: string, keysDoubtful = false): HostReply {
  return { kind: "untrusted", reason, keysDoubtful };
}
