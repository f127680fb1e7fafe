/** Calls of `yikatong` in what an operator reads, against what its help says. */
import { type HelpPage, optionsOf, subcommandsOf } from "../../tools/package/help.ts";

/** At the place of a command, not a user's, a database's or a package's name. */
const CALL =
  /(?<=(?:^|[;&|(`'"]|-u [\w-]+(?: --)?|\bexec|\btask|\bsudo|\bYIKATONG_\w+=\S+)\s*)(?:\/usr\/bin\/)?yikatong(?= )/gm;
/** A word of a shell, quotes and all; none begins with what ends a command. */
const WORD = / +("[^"\n]*"|'[^'\n]*'|[^\s"'|;&()<>`…]+)/y;

/** The words of every call, without `yikatong` itself. */
export function callsIn(text: string): string[][] {
  const code = text.replaceAll(/\\\n\s*/g, " ").replaceAll(/(^|\s)#.*$/gm, "$1");
  return [...code.matchAll(CALL)].map(({ 0: call, index }) => wordsFrom(code, index + call.length));
}

function wordsFrom(code: string, start: number): string[] {
  const words: string[] = [];
  WORD.lastIndex = start;
  for (let found = WORD.exec(code); found; found = WORD.exec(code)) words.push(found[1] ?? "");
  return words;
}

/** What its help does not know of a call; null when it knows all. */
export function wrongWith(words: readonly string[], pages: readonly HelpPage[]): string | null {
  const [first] = words;
  if (first === undefined || first === "--help") return null;
  const page = pages
    .filter((page) => page.words.length > 0 && isOf(page, words))
    .sort((left, right) => left.words.length - right.words.length).at(-1);
  if (!page) return `there is no command "${first}"`;
  const next = words[page.words.length];
  const inner = subcommandsOf(page, pages);
  if (next && !next.startsWith("-") && inner.length > 0 && isGroup(page)) {
    return `"${page.words.join(" ")}" has no "${next}"`;
  }
  const known = new Set([...usageOptions(page), ...optionsOf(page), ...page.words]);
  const unknown = words.filter((word) => word.startsWith("--"))
    .map((word) => word.replace(/=.*/, "")).find((option) => !known.has(option));
  return unknown ? `"${page.words.join(" ")}" has no "${unknown}"` : null;
}

/** `doctor --terminal` is a page, too: its option may stand anywhere. */
function isOf({ words }: HelpPage, called: readonly string[]): boolean {
  return words.every((word, at) =>
    word.startsWith("-") ? called.includes(word) : word === called[at]
  );
}

function isGroup({ text }: HelpPage): boolean {
  return /^用法: yikatong[a-z -]* <命令> \[选项\]/.test(text);
}

function usageOptions({ text }: HelpPage): string[] {
  const [usage = ""] = text.split("\n\n");
  return usage.match(/--[a-z][a-z0-9-]*/g) ?? [];
}
