/** Where the tests of one run put what they write down; all of it goes with the run. */
export class RunFolder implements AsyncDisposable {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What tests did not clear away. */
  async leftovers(): Promise<string[]> {
    return (await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name)).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true }).catch((thrown: unknown) => {
      // What a killed test left running may still write there; that is no fault of the run.
      if (!(thrown instanceof Error)) throw thrown;
    });
  }
}

export async function makeRunFolder(): Promise<RunFolder> {
  const path = await Deno.makeTempDir({ prefix: "yikatong-run-" });
  // Children of tests run as other users, too.
  await Deno.chmod(path, 0o755);
  return new RunFolder(path);
}
