import { StartError } from "../command.ts";

/** xz packs a runtime and a script about 4:1; beyond twice that it is no release of ours. */
const UNPACKED_RATIO_MAX = 8;
const UNPACKED_BYTES_MIN = 64 * 1024 * 1024;

export function unpackedBytesMax(archiveBytes: number): number {
  return Math.max(archiveBytes * UNPACKED_RATIO_MAX, UNPACKED_BYTES_MIN);
}

/**
 * Unpacks `.tar.xz` into an empty folder; what comes is not to be believed before it is verified.
 * tar strips leading slashes and refuses "..", and is fed no more than the disk was asked for.
 */
export async function unpack(archive: string, into: string): Promise<void> {
  const { size } = await Deno.stat(archive);
  const xz = start("xz", ["--decompress", "--stdout", "--", archive], "null");
  const tar = start("tar", [
    "--extract",
    "--file=-",
    `--directory=${into}`,
    "--no-same-owner",
    "--no-same-permissions",
  ], "piped");
  const [fed, said, xzEnd, tarEnd] = await Promise.all([
    xz.stdout.pipeThrough(atMost(unpackedBytesMax(size))).pipeTo(tar.stdin)
      .then(() => null, (thrown: unknown) => thrown),
    Promise.all([textOf(xz.stderr), textOf(tar.stderr)]),
    xz.status,
    tar.status,
    tar.stdout.cancel(),
  ]);
  if (fed instanceof StartError) throw fed;
  if (fed === null && xzEnd.success && tarEnd.success) return;
  throw new StartError(
    `安装包 "${archive}" 解不开，可能没有下载完整：${said.join(" ").trim() || "原因不明"}`,
  );
}

function start(program: string, args: string[], stdin: "null" | "piped"): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { args, stdin, stdout: "piped", stderr: "piped" }).spawn();
  } catch (thrown) {
    throw new StartError(`没有 ${program} 命令，不能解开安装包：请先安装它`, { cause: thrown });
  }
}

function atMost(bytesMax: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(piece, controller) {
      seen += piece.length;
      if (seen > bytesMax) throw new StartError("安装包解开后大得不合理，已停止：不是正常的发布包");
      controller.enqueue(piece);
    },
  });
}

const SAID_CHARS_MAX = 500;

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return (await new Response(stream).text()).slice(0, SAID_CHARS_MAX);
}
