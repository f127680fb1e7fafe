import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { type DatabaseAddress, type DatabaseHost, isOnThisMachine } from "./address.ts";
import { garbled, isDenial, LoginError } from "./login_error.ts";
import { clientMessage, readMessage, serverError } from "./messages.ts";
import { openSocket } from "./open_socket.ts";
import type { PasswordGate } from "./password_gate.ts";
import { signIn } from "./sign_in.ts";
import { SocketReader } from "./socket_reader.ts";

export interface SignedInOptions {
  readonly address: DatabaseAddress;
  readonly settings: Readonly<Record<string, string>>;
  readonly isGauss: boolean;
  readonly allowMd5: boolean;
  readonly gate: PasswordGate;
  readonly connectMsMax: number;
  /** When nobody waits any more. */
  readonly signal: AbortSignal;
}

/**
 * A socket on which somebody is signed in already, for a driver that wants to do that itself: its
 * startup message goes nowhere, and it hears what the server said to ours.
 */
export async function signedInSocket(options: SignedInOptions): Promise<Socket> {
  const { address: { hosts }, connectMsMax } = options;
  const msMax = Math.floor(connectMsMax / hosts.length);
  let trouble: unknown;
  for (const host of hosts) {
    if (options.signal.aborted) throw unwanted();
    try {
      return await signInAt(host, msMax, options);
    } catch (thrown) {
      // The same password is wrong everywhere.
      if (isDenial(thrown)) throw thrown;
      trouble = thrown;
    }
  }
  throw trouble;
}

async function signInAt(
  host: DatabaseHost,
  msMax: number,
  { address, settings, isGauss, allowMd5, gate, signal }: SignedInOptions,
): Promise<Socket> {
  const late = new AbortController();
  const giveUp = (why: unknown) => late.abort(why);
  const timer = setTimeout(giveUp, msMax, new LoginError("CONNECT_TIMEOUT", "数据库没有应答"));
  const stop = () => giveUp(unwanted());
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { tls, rootCertificates } = address;
    const { socket, isEncrypted } = await openSocket({
      ...host,
      tls,
      rootCertificates,
      signal: late.signal,
    });
    const reader = new SocketReader(socket);
    try {
      const greeting = await signIn({ socket, reader }, {
        ...address,
        settings: { ...settings, ...address.settings },
        isGauss,
        allowMd5,
        isPrivate: isEncrypted || isOnThisMachine(host),
        gate,
      });
      if (address.wantsWrites) await requireWritable({ socket, reader });
      return handOver(socket, Buffer.concat([greeting, reader.release()]));
    } catch (thrown) {
      socket.destroy();
      throw thrown;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function unwanted(): LoginError {
  return new LoginError("CONNECTION_ENDED", "连接已不再需要");
}

const READ_ONLY = Buffer.from("show transaction_read_only\0");

/** A standby answers "on". */
async function requireWritable(
  { socket, reader }: { readonly socket: Socket; readonly reader: SocketReader },
): Promise<void> {
  socket.write(clientMessage("Q", READ_ONLY));
  let isReadOnly = false;
  for (let messages = 0; messages < 20; messages++) {
    const message = await readMessage((bytes) => reader.take(bytes));
    if (message.type === "E") throw serverError(message);
    if (message.type === "D") isReadOnly = message.body.toString("latin1").endsWith("on");
    if (message.type !== "Z") continue;
    if (isReadOnly) throw new LoginError("25006", "这台数据库是备机，只能读");
    return;
  }
  throw garbled("对查询的应答");
}

function handOver(socket: Socket, heard: Buffer): Socket {
  socket.unshift(heard);
  // The socket stands still until the driver, which listens by then, says its first word.
  const swallow = () => {
    Reflect.deleteProperty(socket, "write");
    socket.resume();
    return true;
  };
  Object.defineProperty(socket, "write", { value: swallow, configurable: true });
  return socket;
}
