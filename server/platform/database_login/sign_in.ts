import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { GAUSS_MINOR, gaussProof, isGaussChallenge, readGaussChallenge } from "./gauss_proof.ts";
import { garbled, notAccepted } from "./login_error.ts";
import {
  clientMessage,
  type Message,
  readMessage,
  serverError,
  startupMessage,
} from "./messages.ts";
import type { PasswordGate } from "./password_gate.ts";
import { SCRAM_SHA_256, ScramClient } from "./scram.ts";
import type { SocketReader } from "./socket_reader.ts";

const CLEARTEXT = 3;
const MD5 = 5;
const SASL = 10;
const SASL_CONTINUE = 11;
const SASL_FINAL = 12;
/** Settings of the session and its key; a server that says more is none. */
const GREETING_MESSAGES_MAX = 200;

export interface SignInOptions {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
  /** openGauss and GaussDB are spoken to in a protocol version of their own. */
  readonly isGauss: boolean;
  readonly allowMd5: boolean;
  /** Nobody else reads what is sent. */
  readonly isPrivate: boolean;
  readonly gate: PasswordGate;
}

interface Line {
  readonly socket: Pick<Socket, "write">;
  readonly reader: Pick<SocketReader, "take">;
}

/** Signs in; gives back what the server said to it, as the driver will want to hear it. */
export async function signIn(line: Line, options: SignInOptions): Promise<Buffer> {
  const { user, database, settings } = options;
  options.gate.requireOpen();
  line.socket.write(startupMessage(options.isGauss ? GAUSS_MINOR : 0, {
    user,
    database,
    client_encoding: "UTF8",
    ...settings,
  }));
  const first = await nextMessage(line);
  if (first.type === "v") throw notAccepted(NOT_GAUSS);
  const accepted = codeOf(first) === 0 ? first : await prove(line, first, options);
  if (codeOf(accepted) !== 0) throw garbled("登录结果");
  const greeting = [accepted.whole];
  while (greeting.length < GREETING_MESSAGES_MAX) {
    const message = await nextMessage(line);
    greeting.push(message.whole);
    if (message.type === "Z") return Buffer.concat(greeting);
  }
  throw garbled("登录后的消息太多");
}

const NOT_GAUSS = "数据库不是 openGauss 或 GaussDB：改正配置 database.product";
const GAUSS = '数据库要求 openGauss/GaussDB 的登录方式：在配置里写 database.product = "opengauss"' +
  '（华为云 GaussDB 写 "gaussdb"）';

/** Throws what the server refuses with; notices may come at any time. */
async function nextMessage({ reader }: Line): Promise<Message> {
  for (let notices = 0; notices < GREETING_MESSAGES_MAX; notices++) {
    const message = await readMessage((bytes) => reader.take(bytes));
    if (message.type === "E") throw serverError(message);
    if (message.type !== "N") return message;
  }
  throw garbled("通知太多");
}

function codeOf({ type, body }: Message): number {
  if (type !== "R" || body.length < 4) throw garbled("登录质询");
  return body.readUInt32BE(0);
}

/** Answers the server's challenge; gives back its verdict. */
async function prove(line: Line, challenge: Message, options: SignInOptions): Promise<Message> {
  const code = codeOf(challenge);
  const rest = challenge.body.subarray(4);
  const { user, password, gate } = options;
  if (password === "") {
    throw notAccepted("数据库要口令，而 database.url 里没有写");
  }
  const answer = (proof: Uint8Array) => gate.pass(() => ask(line, proof));
  if (isGaussChallenge(code, rest)) {
    if (!options.isGauss) throw notAccepted(GAUSS);
    return await answer(gaussProof(readGaussChallenge(rest), password));
  }
  switch (code) {
    case CLEARTEXT:
      if (!options.isPrivate) throw notAccepted(CLEARTEXT_REFUSED);
      return await answer(Buffer.from(`${password}\0`));
    case MD5:
      if (!options.allowMd5) throw notAccepted(MD5_REFUSED);
      return await answer(md5Proof(user, password, rest));
    case SASL:
      return await proveByScram(line, rest, options);
    default:
      throw notAccepted(`数据库要求的登录方式（代码 ${code}）不支持：${WANTED}`);
  }
}

const WANTED = "PostgreSQL 和 KingbaseES 用 scram-sha-256，openGauss 和 GaussDB 用 sha256 或 sm3";
const CLEARTEXT_REFUSED = `数据库要明文口令，而连接没有加密，没有发送：${WANTED}，并设置 sslmode`;
const MD5_REFUSED = `数据库要求 MD5 登录，强度不足，没有发送口令：${WANTED}，改后重设口令` +
  "（不得已时 database.allow_md5 = true）";

async function ask({ socket, reader }: Line, proof: Uint8Array): Promise<Message> {
  socket.write(clientMessage("p", proof));
  return await nextMessage({ socket, reader });
}

function md5Proof(user: string, password: string, salt: Uint8Array): Buffer {
  const inner = md5(`${password}${user}`);
  return Buffer.from(`md5${md5(Buffer.concat([Buffer.from(inner), salt]))}\0`);
}

function md5(text: string | Uint8Array): string {
  return createHash("md5").update(text).digest("hex");
}

async function proveByScram(
  line: Line,
  offer: Buffer,
  { password, gate }: SignInOptions,
): Promise<Message> {
  const offered = offer.toString("latin1").split("\0").filter((name) => name !== "");
  if (!offered.includes(SCRAM_SHA_256)) {
    throw notAccepted(`数据库只接受 ${offered.join("、")}：${WANTED}`);
  }
  const scram = new ScramClient(password);
  const challenge = await ask(line, scram.first());
  if (codeOf(challenge) !== SASL_CONTINUE) throw garbled("SCRAM 质询");
  const proof = scram.final(challenge.body.toString("utf8", 4));
  const final = await gate.pass(() => ask(line, proof));
  if (codeOf(final) !== SASL_FINAL) throw garbled("SCRAM 结果");
  scram.verify(final.body.toString("utf8", 4));
  return await nextMessage(line);
}
