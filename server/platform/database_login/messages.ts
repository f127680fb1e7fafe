import { Buffer } from "node:buffer";
import { garbled, LoginError } from "./login_error.ts";

/** PostgreSQL's wire protocol as far as signing in needs it. */

const PROTOCOL_MAJOR = 3;
/** Before a session is there servers say little; more than this is no database. */
const BODY_BYTES_MAX = 64 * 1024;
const HEADER_BYTES = 5;

export interface Message {
  /** One letter: `R`, `S`, `K`, `Z`, `E`, `N`, `v`. */
  readonly type: string;
  readonly body: Buffer;
  /** Type, length and body, as they came. */
  readonly whole: Buffer;
}

export function startupMessage(
  minor: number,
  parameters: Readonly<Record<string, string>>,
): Buffer {
  const text = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`).join("");
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE((PROTOCOL_MAJOR << 16) | minor, 4);
  return Buffer.concat([head, body]);
}

/** `p`: a password, or a step of SASL; `Q`: a query. */
export function clientMessage(type: "p" | "Q", body: Uint8Array): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write(type);
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

export async function readMessage(
  take: (bytes: number) => Promise<Buffer>,
): Promise<Message> {
  const head = await take(HEADER_BYTES);
  const length = head.readUInt32BE(1) - 4;
  if (length < 0 || length > BODY_BYTES_MAX) throw garbled("消息长度");
  const body = await take(length);
  return { type: String.fromCharCode(head[0] ?? 0), body, whole: Buffer.concat([head, body]) };
}

/** What the server says in an `E`. */
export function serverError({ body }: Message): LoginError {
  const fields = new Map(
    body.toString("utf8").split("\0").filter((field) => field !== "")
      .map((field) => [field.slice(0, 1), field.slice(1)]),
  );
  const message = fields.get("M");
  if (message === undefined) return garbled("错误消息");
  return new LoginError(fields.get("C") ?? "XX000", message);
}
