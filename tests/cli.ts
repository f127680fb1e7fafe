/** `main.ts` run as an operator runs it, in a folder of the test's own. */
import { ROOT } from "../tools/source_files.ts";

export interface CliRun {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly text: string;
  readonly stderr: string;
}

export interface CliFolder extends AsyncDisposable {
  readonly path: string;
  run(args: readonly string[], stdin?: Uint8Array): Promise<CliRun>;
  /** Runs it with pipes at all ends; the caller ends it. */
  start(args: readonly string[]): Deno.ChildProcess;
  write(name: string, content: Uint8Array | string): Promise<void>;
  read(name: string): Promise<Uint8Array>;
  /** What lies there, sorted. */
  list(): Promise<string[]>;
}

/**
 * How Deno runs a source file of ours: the packages are there, since the test itself runs, and
 * looking whether they are takes longer than most commands and one process at a time.
 */
export const RUN_FLAGS: readonly string[] = ["-A", "--no-check", "--node-modules-dir=manual"];

/** Deno's own word when another one of its processes looks into the packages meanwhile. */
const FOLDER_LOCK = "Blocking waiting for file lock on node_modules directory\n";

export async function openCliFolder(): Promise<CliFolder> {
  const path = await Deno.makeTempDir({ prefix: "yikatong-cli-" });
  const start = (args: readonly string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", ...RUN_FLAGS, new URL("main.ts", ROOT).pathname, ...args],
      cwd: path,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  return {
    path,
    start,
    async run(args, stdin = new Uint8Array(0)) {
      const child = start(args);
      const [output] = await Promise.all([child.output(), feed(child, stdin)]);
      const { code, stdout, stderr } = output;
      const decoder = new TextDecoder();
      const told = decoder.decode(stderr).replaceAll(FOLDER_LOCK, "");
      return { code, stdout, text: decoder.decode(stdout), stderr: told };
    },
    async write(name, content) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${path}/${name}`, bytes, { mode: 0o600 });
    },
    read: (name) => Deno.readFile(`${path}/${name}`),
    async list() {
      const entries = await Array.fromAsync(Deno.readDir(path));
      return entries.map(({ name }) => name).sort();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** A command that reads no input may be gone before it is written. */
async function feed(child: Deno.ChildProcess, bytes: Uint8Array): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.BrokenPipe)) throw thrown;
  }
}
