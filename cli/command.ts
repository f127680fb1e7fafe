import { parseArgs, type ParseArgsConfig } from "node:util";
import { reasonOf } from "../server/platform/errors.ts";

/** 0 ok, 1 failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2;

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

const HELP = new Set(["--help", "-h", "help"]);

export async function runCommand(
  commands: CommandTable,
  args: readonly string[],
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || HELP.has(name)) {
    print(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    complain(`没有命令 "${name}"。yikatong --help 列出全部命令。`);
    return 2;
  }
  try {
    const command = await entry.load();
    return await command(rest);
  } catch (thrown) {
    complain(reasonOf(thrown));
    if (thrown instanceof UsageError) return 2;
    const isPlain = thrown instanceof StartError ||
      (thrown instanceof Error && thrown.name === "ConfigError");
    if (!isPlain && thrown instanceof Error && thrown.stack) complain(thrown.stack);
    return 1;
  }
}

function overview(commands: CommandTable): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) =>
    `  ${name.padEnd(width)}  ${summary}`
  );
  return ["用法: yikatong <命令> [选项]", "", ...lines, "", "yikatong <命令> --help 说明一个命令。"]
    .join("\n");
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
  if (args.some((arg) => HELP.has(arg))) {
    print(help);
    return null;
  }
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (thrown) {
    throw new UsageError(`${reasonOf(thrown)}。加 --help 看说明。`);
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

const encoder = new TextEncoder();

export function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

export function complain(line: string): void {
  Deno.stderr.writeSync(encoder.encode(`${line}\n`));
}

/** Resolves at the first SIGINT or SIGTERM. */
export function stopSignal(): Promise<void> {
  return new Promise((resume) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      Deno.addSignalListener(signal, resume);
    }
  });
}
