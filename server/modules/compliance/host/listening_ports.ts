import { readKernelFile } from "../../../../ffi/kernel_files.ts";
import { isMissing } from "./missing.ts";

/** A TCP socket somebody on this machine listens on. */
export interface ListeningPort {
  readonly protocol: "tcp" | "tcp6";
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
  /** Of whoever opened it. */
  readonly uid: number;
}

/** As the kernel has it since 2.6 (proc(5), Documentation/networking/proc_net_tcp.rst). */
const TABLES = [["tcp", "/proc/net/tcp"], ["tcp6", "/proc/net/tcp6"]] as const;
const LISTEN = "0A";
const ROW =
  /^\s*\d+:\s+([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})\s+\S+\s+([0-9A-F]{2})(?:\s+\S+){3}\s+(\d+)\s/;
const TABLE_LENGTH_MAX = 4 * 1024 * 1024;
const WORD_DIGITS = 8;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** In the platform's own network namespace; null where the kernel does not tell. */
export async function readListeningPorts(
  tables: readonly (readonly [ListeningPort["protocol"], string])[] = TABLES,
): Promise<ListeningPort[] | null> {
  const ports: ListeningPort[] = [];
  let isKnown = false;
  for (const [protocol, path] of tables) {
    const text = await readTable(path);
    if (text === null) continue;
    isKnown = true;
    ports.push(...listeningPorts(text, protocol));
  }
  return isKnown ? sortedOnce(ports) : null;
}

async function readTable(path: string): Promise<string | null> {
  try {
    return (await readKernelFile(path)).slice(0, TABLE_LENGTH_MAX);
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw thrown;
  }
}

/** Lines in another form are passed over. */
export function listeningPorts(
  text: string,
  protocol: ListeningPort["protocol"],
): ListeningPort[] {
  return text.split("\n").flatMap((line) => {
    const [, address = "", port = "", state, uid = ""] = ROW.exec(line) ?? [];
    if (state !== LISTEN) return [];
    const shown = addressText(address);
    return [{
      protocol,
      address: shown,
      port: parseInt(port, 16),
      isLoopback: /^(127\.|::1$)/.test(MAPPED.exec(shown)?.[1] ?? shown),
      uid: Number(uid),
    }];
  });
}

/** The kernel writes 32-bit words as a little-endian machine holds them. */
function addressText(hex: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < hex.length; at += WORD_DIGITS) {
    bytes.push(...Uint8Array.fromHex(hex.slice(at, at + WORD_DIGITS)).reverse());
  }
  if (bytes.length === 4) return bytes.join(".");
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? `::ffff:${bytes.slice(12).join(".")}` : shortest(bytes);
}

/** As RFC 5952 writes it, which URL does too. */
function shortest(bytes: readonly number[]): string {
  const hex = new Uint8Array(bytes).toHex();
  return new URL(`http://[${hex.match(/.{4}/g)?.join(":") ?? ""}]`).hostname.slice(1, -1);
}

/** Sockets that share a port stand there once. */
function sortedOnce(ports: readonly ListeningPort[]): ListeningPort[] {
  const known = new Map(
    ports.map((port) => [`${port.protocol} ${port.address} ${port.port}`, port]),
  );
  return [...known.values()].sort((left, right) =>
    left.port - right.port || compare(left.protocol, right.protocol) ||
    compare(left.address, right.address)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
