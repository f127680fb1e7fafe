import { Buffer } from "node:buffer";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { DatabaseHost, TlsMode } from "./address.ts";
import { garbled, LoginError, notAccepted } from "./login_error.ts";
import { SocketReader } from "./socket_reader.ts";

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const YES = "S".charCodeAt(0);
const NO = "N".charCodeAt(0);

export interface SocketOptions extends DatabaseHost {
  readonly tls: TlsMode;
  readonly rootCertificates: string | null;
  /** Ends the socket, too, as long as nobody was signed in on it. */
  readonly signal: AbortSignal;
}

export interface OpenedSocket {
  readonly socket: Socket;
  readonly isEncrypted: boolean;
}

/** A line to a server: a socket, encrypted where the server or we want it. */
export async function openSocket(options: SocketOptions): Promise<OpenedSocket> {
  const { host, port, tls, signal } = options;
  const rules = await tlsOptions(options);
  const isLocal = host.startsWith("/");
  const plain = connectTcp(isLocal ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  endWith(plain, signal);
  if (!isLocal) plain.setNoDelay(true);
  await event(plain, "connect");
  if (tls === "disable" || !await offersTls(plain, tls)) {
    return { socket: plain, isEncrypted: false };
  }
  const socket = connectTls({ socket: plain, ...rules });
  endWith(socket, signal);
  try {
    await event(socket, "secureConnect");
  } catch (thrown) {
    plain.destroy();
    throw new LoginError(
      "TLS_FAILED",
      `到数据库的 TLS 没有建立（${messageOf(thrown)}）：核对证书`,
      {
        cause: thrown,
      },
    );
  }
  return { socket, isEncrypted: true };
}

function endWith(socket: Socket, signal: AbortSignal): void {
  // Whoever waits hears of it; between two waits nobody listens.
  socket.on("error", () => {});
  signal.addEventListener("abort", () => socket.destroy(signal.reason), { once: true });
}

function event(socket: Socket, name: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resume, reject) => {
    const close = () => reject(new LoginError("CONNECTION_CLOSED", "数据库断开了连接"));
    socket.once("error", reject).once("close", close).once(name, () => {
      socket.off("error", reject).off("close", close);
      resume();
    });
  });
}

async function offersTls(socket: Socket, mode: TlsMode): Promise<boolean> {
  const reader = new SocketReader(socket);
  socket.write(SSL_REQUEST);
  const [answer] = await reader.take(1);
  // Whatever came with the answer was not encrypted, and whoever sat in between may have said it.
  if (reader.release().length > 0) throw garbled("TLS 协商");
  if (answer === YES) return true;
  if (answer !== NO) throw garbled("TLS 协商");
  if (mode === "prefer") return false;
  throw notAccepted(`数据库没有开启 TLS，而配置要求 sslmode=${mode}：在数据库上开启 ssl`);
}

async function tlsOptions(
  { host, tls, rootCertificates }: SocketOptions,
): Promise<ConnectionOptions> {
  const known = rootCertificates === null ? {} : { ca: await readRoots(rootCertificates) };
  const name = isIP(host) === 0 ? { servername: host } : {};
  if (tls === "verify-full") return { ...known, ...name, host };
  // As libpq: who names roots wants them looked at.
  if (tls === "verify-ca" || rootCertificates !== null) {
    return { ...known, ...name, checkServerIdentity: () => undefined };
  }
  return { ...name, rejectUnauthorized: false };
}

async function readRoots(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    throw notAccepted(`不能读取 sslrootcert 的文件 "${path}"（${messageOf(thrown)}）`);
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
