import { parseArgs, type ParseArgsConfig } from "node:util";
import { reasonOf } from "../server/platform/errors.ts";
import { fileReason } from "./files/reason.ts";

/**
 * 0 ok, 1 failed, 2 wrong usage, 3 the program's own files are not those that were released, 4 the
 * database denied the login, and may lock the account if it is tried on.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

export type Command = (args: readonly string[]) => Promise<ExitCode>;

export type CommandTable = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>;

/** What the operator did wrong, said in one line, with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A trouble that needs no stack: a port in use, a folder not writable. Exit code 1. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The database did not believe who we are. Exit code 4. */
export class DatabaseDenied extends StartError {}

/** Who read standard output has had enough, as `| head` has: no trouble to speak of. */
class ReaderGone extends StartError {}

const HELP = new Set(["--help", "-h", "help"]);

/** `program` is how the operator called it: "yikatong", or "yikatong sm" for a group of commands. */
export async function runCommand(
  commands: CommandTable,
  args: readonly string[],
  program = "yikatong",
): Promise<ExitCode> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || HELP.has(name)) {
      print(overview(commands, program));
      return name === undefined ? 2 : 0;
    }
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!entry) throw new UsageError(`没有命令 "${name}"。${program} --help 列出全部命令。`);
    const command = await entry.load();
    return await command(rest);
  } catch (thrown) {
    return tell(thrown);
  }
}

function tell(thrown: unknown): ExitCode {
  if (thrown instanceof ReaderGone) return 1;
  complain(reasonOf(thrown));
  if (thrown instanceof UsageError) return 2;
  const isPlain = thrown instanceof StartError || thrown instanceof Deno.errors.BrokenPipe ||
    (thrown instanceof Error && thrown.name === "ConfigError");
  if (!isPlain && thrown instanceof Error && thrown.stack) complain(thrown.stack);
  return thrown instanceof DatabaseDenied ? 4 : 1;
}

function overview(commands: CommandTable, program: string): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) =>
    `  ${name.padEnd(width)}  ${summary}`
  );
  return [
    `用法: ${program} <命令> [选项]`,
    "",
    ...lines,
    "",
    `${program} <命令> --help 说明一个命令。`,
  ].join("\n");
}

export type Options = NonNullable<ParseArgsConfig["options"]>;

type OptionValues<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; strict: true; allowPositionals: false }>
>["values"];

/** Parses a command's options; null when it was asked for help, which is printed. */
export function readOptions<O extends Options>(
  args: readonly string[],
  { options, help }: { options: O; help: string },
): OptionValues<O> | null {
  return readArguments(args, { options, help, filesMax: 0 })?.values ?? null;
}

/** The same for a command that also takes files; "-" counts as one, and "--" ends the options. */
export function readArguments<O extends Options>(
  args: readonly string[],
  { options, help, filesMax }: { options: O; help: string; filesMax: number },
): { readonly values: OptionValues<O>; readonly files: readonly string[] } | null {
  if (asksForHelp(args)) {
    print(help);
    return null;
  }
  const { values, positionals: files, tokens } = parse(args, options);
  requireOnce(tokens, options);
  const surplus = files[filesMax];
  if (surplus !== undefined) throw new UsageError(`多余的参数 "${surplus}"。${SEE_HELP}`);
  return { values, files };
}

const SEE_HELP = "加 --help 看说明。";

/** "help" alone may be a file's name, so it counts in front only; nothing counts behind "--". */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options[0] === "help" || options.some((arg) => arg === "--help" || arg === "-h");
}

/** Of two values the last would count: the operator may mean the first. */
function requireOnce(
  tokens: readonly { readonly kind: string; readonly name?: string }[],
  options: Options,
): void {
  const seen = new Set<string>();
  for (const { kind, name } of tokens) {
    if (kind !== "option" || name === undefined || options[name]?.multiple) continue;
    if (seen.has(name)) throw new UsageError(`选项 "--${name}" 写了两次。${SEE_HELP}`);
    seen.add(name);
  }
}

function parse<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: true,
      tokens: true,
    });
  } catch (thrown) {
    throw new UsageError(`${explainUsage(thrown)}。${SEE_HELP}`);
  }
}

/** What parseArgs says in English, for its codes that an operator can cause. */
function explainUsage(thrown: unknown): string {
  const reason = reasonOf(thrown);
  const option = /'(?:-\w, )?(-[^\s'=]*)/.exec(reason)?.[1] ?? "";
  switch (thrown instanceof Error && "code" in thrown ? thrown.code : undefined) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `没有选项 "${option}"`;
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return reason.includes("does not take an argument")
        ? `选项 "${option}" 不带值`
        : `选项 "${option}" 缺少值`;
    default:
      return reason;
  }
}

export function readPort(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`端口 "${text}" 无效：应为 1 至 65535`);
  }
  return port;
}

/** A full disk or a closed pipe is a `StartError`. */
export function print(line: string): void {
  try {
    writeLine(Deno.stdout, line);
  } catch (thrown) {
    const kind = thrown instanceof Deno.errors.BrokenPipe ? ReaderGone : StartError;
    throw new kind(`不能写入标准输出：${fileReason(thrown)}`, { cause: thrown });
  }
}

/** What a command that has changed something prints at last: to do it again would be wrong. */
export function printDone(lines: readonly string[], what = "结果"): void {
  try {
    for (const line of lines) print(line);
  } catch (thrown) {
    // Only what is wrong, not the advice to do it again.
    const [reason] = reasonOf(thrown).split("，");
    throw new StartError(`已完成，但${what}没有显示（${reason}）：不要重做`, {
      cause: thrown,
    });
  }
}

export function complain(line: string): void {
  try {
    writeLine(Deno.stderr, line);
  } catch {
    // There is no third place to say it.
  }
}

function writeLine(to: typeof Deno.stdout | typeof Deno.stderr, line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let at = 0; at < bytes.length;) at += to.writeSync(bytes.subarray(at));
}

/** Resolves at the first SIGINT or SIGTERM. */
export function stopSignal(): Promise<void> {
  return new Promise((resume) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, resume);
    }
  });
}
