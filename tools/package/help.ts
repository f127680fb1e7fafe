import { ownFile } from "../../server/platform/release.ts";

/** Begins the line that names the command whose help follows. */
export const RECORD = "\x1e";

/** What `yikatong <words> --help` prints. */
export interface HelpPage {
  /** `["audit", "verify"]`; empty for the program itself. */
  readonly words: readonly string[];
  readonly text: string;
}

const ROUNDS_MAX = 5;
const HELP_MS_MAX = 120_000;

/** Of every command there is, found from the first page on; sorted as a reader meets them. */
export async function readHelpPages(): Promise<HelpPage[]> {
  const pages: HelpPage[] = [];
  let wanted = [""];
  for (let round = 0; wanted.length > 0; round++) {
    if (round === ROUNDS_MAX) throw new Error(`Help names help for ever: ${wanted.join(", ")}`);
    const found = await askForHelp(wanted);
    pages.push(...found);
    const known = new Set(pages.map(({ words }) => words.join(" ")));
    wanted = [...new Set(found.flatMap(namedCommands))].filter((words) => !known.has(words));
  }
  return inReadingOrder(pages);
}

async function askForHelp(commands: readonly string[]): Promise<HelpPage[]> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--node-modules-dir=manual",
      ownFile("tools/package/print_helps.ts"),
      ...commands,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: AbortSignal.timeout(HELP_MS_MAX),
  }).output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`Cannot read the help: ${decoder.decode(stderr)}`);
  return readRecords(decoder.decode(stdout));
}

export function readRecords(text: string): HelpPage[] {
  return text.split(RECORD).slice(1).map((record) => {
    const [words = "", ...lines] = record.split("\n");
    return { words: words.split(" ").filter((word) => word !== ""), text: lines.join("\n").trim() };
  });
}

/** Those a group lists, and those a page says have help of their own. */
export function namedCommands({ words, text }: HelpPage): string[] {
  const listed = isGroup(text)
    ? [...text.matchAll(/^ {2}([a-z][a-z0-9-]*) {2,}\S/gm)].map(([, name = ""]) =>
      [...words, name].join(" ")
    )
    : [];
  const referred = [...text.matchAll(/yikatong ((?:[a-z-]+ )+)--help/g)]
    .map(([, other = ""]) => other.trim());
  return [...listed, ...referred];
}

/** As `runCommand` shows a table of commands. */
function isGroup(text: string): boolean {
  return /^用法: yikatong[a-z -]* <命令> \[选项\]/.test(text);
}

/** A group before its commands, in the order in which it lists them. */
function inReadingOrder(pages: readonly HelpPage[]): HelpPage[] {
  const byName = new Map(pages.map((page) => [page.words.join(" "), page]));
  const ordered: HelpPage[] = [];
  function visit(name: string): void {
    const page = byName.get(name);
    if (!page) return;
    byName.delete(name);
    ordered.push(page);
    namedCommands(page).forEach(visit);
  }
  visit("");
  return ordered;
}

/** `--store`, `--password-file`: as they stand at the beginning of a line that explains them. */
export function optionsOf({ text }: HelpPage): string[] {
  const named = [...text.matchAll(/^ {2}(--[a-z][a-z0-9-]*)/gm)].map(([, option = ""]) => option);
  return [...new Set([...named, "--help"])].sort();
}

/** The words that may come next after a group's own. */
export function subcommandsOf(page: HelpPage, pages: readonly HelpPage[]): string[] {
  const depth = page.words.length;
  return pages
    .filter(({ words }) => words.length === depth + 1)
    .filter(({ words }) => page.words.every((word, at) => words[at] === word))
    .map(({ words }) => words[depth] ?? "")
    .filter((word) => !word.startsWith("-"));
}
