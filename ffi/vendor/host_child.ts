import { BoundLibrary } from "./bound_library.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import {
  becomeHost,
  type HostLibc,
  openHostLibc,
  silence,
  takeStandardStreams,
} from "./host_libc.ts";
import { type FromHost, parseToHost, type ToHost } from "./host_protocol.ts";
import { loadVendorProfile, type VendorProfile } from "./profile.ts";

const READ_BYTES = 64 * 1024;
const STDERR = 2;
const REASON_CHARS_MAX = 2_000;

/**
 * The life of a host process: it loads the profile's library, serves one call after the other, and
 * ends with its parent. Never returns. Nothing of inputs and outputs goes anywhere but up the pipe.
 */
export async function runHost(profilePath: string): Promise<never> {
  const libc = openHostLibc();
  becomeHost(libc);
  const pipes = takeStandardStreams(libc);
  let code = 0;
  try {
    await serve({ profilePath, libc, ...pipes });
  } catch {
    // The parent sees that we end; a message may hold what nobody shall read.
    code = 1;
  }
  // Without atexit() and destructors of a library that may hang in them.
  libc._exit(code);
  throw new Error("Cannot be here: _exit returned");
}

interface Host {
  readonly profilePath: string;
  readonly libc: HostLibc;
  readonly input: number;
  readonly output: number;
}

async function serve({ profilePath, libc, input, output }: Host): Promise<void> {
  const say = (message: FromHost) => writeAll(libc, output, encodeFrame(message));
  const opened = await open(profilePath, libc);
  if ("refused" in opened) return say({ kind: "refused", reason: opened.refused });
  const { profile, library } = opened;
  // From here on a library may say personal data there.
  silence(libc, [STDERR]);
  say({ kind: "ready", functions: [...library.functionNames] });
  setInterval(() => say({ kind: "heartbeat" }), profile.heartbeatMs);
  for await (const message of messages(libc, input)) {
    if (message.kind === "leave") break;
    const { id } = message;
    say({ ...await library.call(message.function, message.inputs), id });
  }
  if (profile.exit) await library.call(profile.exit.function, profile.exit.inputs);
}

type Opened =
  | { readonly profile: VendorProfile; readonly library: BoundLibrary }
  | { readonly refused: string };

async function open(profilePath: string, libc: HostLibc): Promise<Opened> {
  try {
    const profile = await loadVendorProfile(profilePath);
    const library = new BoundLibrary(profile, libc);
    const { init } = profile;
    if (!init) return { profile, library };
    const reply = await library.call(init.function, init.inputs);
    if (reply.kind === "returned" && reply.succeeded) return { profile, library };
    const how = reply.kind === "returned" ? `returned ${reply.code}` : reply.kind;
    return { refused: `Cannot initialise "${profile.name}": "${init.function}" ${how}` };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { refused: reason.slice(0, REASON_CHARS_MAX) };
  }
}

/** Till the parent closes its end. */
async function* messages(libc: HostLibc, input: number): AsyncGenerator<ToHost> {
  const frames = new FrameReader();
  const buffer = new Uint8Array(READ_BYTES);
  for (;;) {
    const count = Number(await libc.readLater(input, buffer, BigInt(READ_BYTES)));
    if (count <= 0) return;
    yield* frames.take(buffer.subarray(0, count)).map(parseToHost);
  }
}

/** A parent that is gone ends this process: there is nobody to tell. */
function writeAll(libc: HostLibc, output: number, bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length;) {
    const count = Number(libc.write(output, bytes.subarray(at), BigInt(bytes.length - at)));
    if (count <= 0) libc._exit(1);
    at += count;
  }
}
