/**
 * The `openssl` command as the other side of an interoperability test. Every run has a directory of
 * its own, so that file names in `args` are plain names and nothing stays behind.
 */
interface OpensslInput {
  readonly stdin?: Uint8Array | string;
  /** Written into the working directory before the run. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
}

/**
 * Runs `openssl <args>`; what the command prints is returned as bytes, so let it write its result
 * there (leave out `-out`). Throws with its complaint when it fails: a test that expects a refusal
 * uses `assert.rejects`.
 */
export async function runOpenssl(
  args: readonly string[],
  { stdin, files = {} }: OpensslInput = {},
): Promise<{ stdout: Uint8Array<ArrayBuffer> }> {
  const directory = await Deno.makeTempDir({ prefix: "openssl-" });
  try {
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeFile(`${directory}/${name}`, toBytes(content));
    }
    return { stdout: await run(args, directory, toBytes(stdin ?? "")) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function run(
  args: readonly string[],
  cwd: string,
  stdin: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const command = new Deno.Command("openssl", {
    args: [...args],
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writing = writeAll(child.stdin, stdin);
  const { success, stdout, stderr } = await child.output();
  await writing;
  if (success) return stdout;
  throw new Error(`openssl ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** A command that never reads closes the pipe under us; whether it failed is told by its exit. */
async function writeAll(pipe: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = pipe.getWriter();
  try {
    if (bytes.length > 0) await writer.write(bytes);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
