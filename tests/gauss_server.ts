import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { sm3 } from "../crypto/sm3.ts";

/**
 * The server's side of openGauss's login as its sources have it (`auth.cpp`, `sha2.cpp`): it keeps
 * a salt, StoredKey and ServerKey, never the password. After a login it answers every query with
 * one row, the number 1.
 */
export interface GaussServerOptions {
  readonly method?: "sha256" | "sm3";
  readonly password?: string;
  readonly iterations?: number;
  /** Bytes are sent one by one, each in a packet of its own. */
  readonly isSlow?: boolean;
  /** Sent instead of the challenge. */
  readonly says?: Uint8Array;
  /** Hangs up after the proof. */
  readonly leaves?: boolean;
}

const DENIED = "Invalid username/password,login denied.";

export class GaussServer implements AsyncDisposable {
  readonly url: string;
  /** Minor versions of the startup messages that came. */
  readonly minors: number[] = [];
  /** Proofs that were checked: each wrong one counts towards the lock. */
  readonly proofs: boolean[] = [];
  readonly #options: GaussServerOptions;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting: Promise<void>;

  constructor(options: GaussServerOptions = {}) {
    this.#options = options;
    this.url = `postgres://clerk:s3cret@127.0.0.1:${this.#listener.addr.port}/yikatong`;
    this.#accepting = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const served: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      served.push(this.#serve(connection).catch(ignoreHangUp));
    }
    await Promise.all(served);
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    using wire = new Wire(connection, this.#options.isSlow ?? false);
    const startup = await wire.take((await wire.take(4)).readUInt32BE() - 4);
    const minor = startup.readUInt32BE() & 0xffff;
    this.minors.push(minor);
    const { says, method = "sha256", password = "s3cret", iterations = 10_000 } = this.#options;
    if (says) {
      await wire.send(says);
      return await wire.untilGone();
    }
    const stored = storedKeys(method, password, iterations);
    const token = randomBytes(4);
    await wire.send(challenge(stored, { token, minor }));
    const proof = await wire.message();
    if (this.#options.leaves) return;
    const isRight = verify(stored, token, proof);
    this.proofs.push(isRight);
    if (!isRight) return await wire.send(message("E", `SFATAL\0C28P01\0M${DENIED}\0\0`));
    await wire.send(GREETING);
    for (;;) {
      // A client's good-bye is an X.
      const { type } = await wire.typed();
      if (type === "X") return;
      if (type === "Q") await wire.send(ONE_ROW);
    }
  }
}

interface Stored {
  readonly method: "sha256" | "sm3";
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Uint8Array;
  readonly serverKey: Buffer;
}

function storedKeys(method: Stored["method"], password: string, iterations: number): Stored {
  const salt = randomBytes(32);
  const key = pbkdf2Sync(password, salt, iterations, 32, "sha1");
  const clientKey = hmac(key, "Client Key");
  const serverKey = hmac(key, method === "sm3" ? "Server Key" : "Sever Key");
  return { method, salt, iterations, serverKey, storedKey: digest(method, clientKey) };
}

/** To old clients the server proves itself; to new ones it tells the count of iterations. */
function challenge(
  { method, salt, serverKey, iterations }: Stored,
  { token, minor }: { readonly token: Buffer; readonly minor: number },
): Uint8Array {
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(method === "sm3" ? 13 : 10);
  numbers.writeUInt32BE(method === "sm3" ? 3 : 2, 4);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(iterations);
  const signature = Buffer.from(hmac(serverKey, token).toString("hex"));
  return message("R", [
    numbers,
    Buffer.from(salt.toString("hex") + token.toString("hex")),
    ...minor < 50 ? [signature] : [],
    ...minor > 50 ? [count] : [],
  ]);
}

/** ClientKey = proof XOR HMAC(StoredKey, token), and its digest has to be StoredKey. */
function verify({ method, storedKey }: Stored, token: Buffer, body: Buffer): boolean {
  const hex = body.toString("latin1").replace(/\0$/, "");
  if (!/^[0-9a-f]{64}$/.test(hex)) return false;
  const mask = hmac(storedKey, token);
  const clientKey = Buffer.from(hex, "hex").map((byte, n) => byte ^ (mask[n] ?? 0));
  return timingSafeEqual(digest(method, clientKey), storedKey);
}

function digest(method: Stored["method"], bytes: Uint8Array): Uint8Array {
  return method === "sm3" ? sm3(bytes) : createHash("sha256").update(bytes).digest();
}

function hmac(key: Uint8Array, text: string | Uint8Array): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** A server's message: type, length, body. */
export function message(type: string, body: string | readonly Uint8Array[]): Uint8Array {
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.concat(body);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const READY = message("Z", "I");
const GREETING = Buffer.concat([
  message("R", "\0\0\0\0"),
  message("S", "server_version\x009.2.4\0"),
  message("K", "\0\0\0\x07\0\0\0\x09"),
  READY,
]);
/** Name, table, column, type int4, its size, no modifier, as text. */
const ONE_COLUMN = Buffer.from(
  "0001 6e00 00000000 0000 00000017 0004 ffffffff 0000"
    .replaceAll(" ", ""),
  "hex",
);
const ONE_ROW = Buffer.concat([
  message("T", [ONE_COLUMN]),
  message("D", "\0\x01\0\0\0\x011"),
  message("C", "SELECT 1\0"),
  READY,
]);

class Wire implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #isSlow: boolean;
  #arrived = Buffer.alloc(0);

  constructor(connection: Deno.TcpConn, isSlow: boolean) {
    this.#connection = connection;
    this.#isSlow = isSlow;
    connection.setNoDelay(true);
  }

  async take(bytes: number): Promise<Buffer> {
    const part = new Uint8Array(4_096);
    while (this.#arrived.length < bytes) {
      const read = await this.#connection.read(part);
      if (read === null) throw new Deno.errors.UnexpectedEof("gone");
      this.#arrived = Buffer.concat([this.#arrived, part.subarray(0, read)]);
    }
    const taken = this.#arrived.subarray(0, bytes);
    this.#arrived = this.#arrived.subarray(bytes);
    return taken;
  }

  async typed(): Promise<{ readonly type: string; readonly body: Buffer }> {
    const head = await this.take(5);
    return {
      type: String.fromCharCode(head[0] ?? 0),
      body: await this.take(head.readUInt32BE(1) - 4),
    };
  }

  async message(): Promise<Buffer> {
    return (await this.typed()).body;
  }

  async send(bytes: Uint8Array): Promise<void> {
    const parts = this.#isSlow ? Array.from(bytes, (byte) => Uint8Array.of(byte)) : [bytes];
    for (const part of parts) {
      await this.#connection.write(part);
      if (this.#isSlow) await new Promise((resume) => setTimeout(resume, 1));
    }
  }

  async untilGone(): Promise<void> {
    for (;;) await this.take(1);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

function ignoreHangUp(thrown: unknown): void {
  const isGone = thrown instanceof Deno.errors.UnexpectedEof ||
    thrown instanceof Deno.errors.ConnectionReset || thrown instanceof Deno.errors.BrokenPipe;
  if (!isGone) throw thrown;
}
