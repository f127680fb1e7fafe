/** What an operator reads: the fenced blocks of a manual, and the code within its sentences. */
import { ROOT } from "../../tools/source_files.ts";

export interface Block {
  /** `docs/部署手册.md:120`, of its first line. */
  readonly place: string;
  /** `sh`, `toml`; empty where none is named. */
  readonly language: string;
  /** What follows the language: `run`, or the file that the block is. */
  readonly mark: string;
  readonly text: string;
}

export interface Manual {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** Code in sentences and tables, each on one line. */
  readonly inline: readonly Block[];
}

const FENCE = /^( *)```(\S*) *(.*)$/;

export async function readManual(path: string): Promise<Manual> {
  const lines = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
  const blocks: Block[] = [];
  const prose: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = FENCE.exec(lines[at] ?? "");
    prose.push(fence ? "" : lines[at] ?? "");
    if (!fence) continue;
    const [, indent = "", language = "", mark = ""] = fence;
    const end = lines.findIndex((line, other) => other > at && line.trim() === "```");
    if (end < 0) throw new Error(`Cannot read ${path}: the block of line ${at + 1} has no end`);
    const text = lines.slice(at + 1, end).map((line) => line.slice(indent.length)).join("\n");
    blocks.push({ place: `${path}:${at + 2}`, language, mark, text: `${text}\n` });
    for (; at < end; at++) prose.push("");
  }
  return { path, blocks, inline: inlineCode(path, prose.join("\n")) };
}

function inlineCode(path: string, prose: string): Block[] {
  return [...prose.matchAll(/`([^`]+)`/g)].map(({ 1: text = "", index }) => ({
    place: `${path}:${prose.slice(0, index).split("\n").length}`,
    language: "sh",
    mark: "",
    text: text.replaceAll(/\s*\n\s*/g, " "),
  }));
}
