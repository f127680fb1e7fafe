import { StartError } from "../command.ts";

/** KySec's commands, as far as a release needs them. */
export interface KysecTools {
  /** Whether programs without a tag are refused now. */
  isControlling(): Promise<boolean>;
  /** What `kysec_get` says of a file: `verified`, `trusted`, `unknown` …, in its own words. */
  read(path: string): Promise<string>;
  tag(path: string): Promise<void>;
}

/** An untagged program is held for about 30 seconds before it is refused with 126. */
const COMMAND_MS_MAX = 45_000;
const SAID_CHARS_MAX = 500;

/** Null where they are not installed: not a Kylin machine, or one without KySec. */
export async function findKysecTools(): Promise<KysecTools | null> {
  if (await run("kysec_set", ["--help"]) === null) return null;
  return {
    async isControlling() {
      const status = await run("getstatus", []);
      // One that does not say is taken to be on: a release that cannot start helps nobody.
      if (status === null || status.code !== 0) return true;
      const isOff = /KySec status:\s*(softmode|disabled)/i.test(status.text) ||
        /exec control\s*:\s*off/i.test(status.text);
      return !isOff;
    },
    read: async (path) => (await must("kysec_get", ["-n", "exectl", path])).text.trim(),
    tag: async (path) => void await must("kysec_set", ["-n", "exectl", "-v", "verified", path]),
  };
}

/** `before` and `after` in a record are the tool's own words; this is what they mean. */
export function isTagged(said: string): boolean {
  return /\b(verified|trusted)\b/.test(said);
}

interface Ended {
  readonly code: number;
  readonly text: string;
}

async function must(program: string, args: readonly string[]): Promise<Ended> {
  const ended = await run(program, args);
  if (ended?.code === 0) return ended;
  const why = ended === null
    ? "没有这个命令"
    : ended.code === 126
    ? "系统拒绝执行（126）"
    : `退出码 ${ended.code} ${ended.text.trim()}`;
  throw new StartError(`${program} 失败：${why}`);
}

/** Null when there is no such program. */
async function run(program: string, args: readonly string[]): Promise<Ended | null> {
  const signal = AbortSignal.timeout(COMMAND_MS_MAX);
  try {
    const command = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal,
    });
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + (code === 0 ? "" : decoder.decode(stderr));
    return { code, text: text.slice(0, SAID_CHARS_MAX) };
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}
