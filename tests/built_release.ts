import { buildFolder } from "../tools/build/folder.ts";
import { ownTarget } from "../tools/build/targets.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

/** The bundled form, run as its users run it, from a folder with a space in its name. */
export class BuiltRelease implements Disposable {
  readonly #folder = new TemporaryFolder();
  readonly path: string = this.#folder.file("the release");

  /** On this very runtime: the one of the npm package would have to be fetched. */
  static async build(): Promise<BuiltRelease> {
    const release = new BuiltRelease();
    await Deno.chmod(release.#folder.path, 0o755);
    await buildFolder({
      target: ownTarget(),
      folder: release.path,
      facts: { commit: "of-a-test", created: new Date("2026-11-20T08:00:00Z"), counter: 1 },
      runtime: Deno.execPath(),
    });
    return release;
  }

  get program(): string {
    return `${this.path}/bin/yikatong`;
  }

  /** Of a folder for what a test writes. */
  file(name: string): string {
    return this.#folder.file(name);
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<BuiltRun> {
    const { program = this.program, stdin = "", ...others } = options;
    const child = new Deno.Command(program, {
      args: [...args],
      ...others,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [{ code, stdout, stderr }] = await Promise.all([
      child.output(),
      new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {}),
    ]);
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

export interface RunOptions {
  readonly program?: string;
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly clearEnv?: boolean;
  readonly uid?: number;
}

export interface BuiltRun {
  readonly code: number;
  readonly text: string;
  readonly stderr: string;
}
