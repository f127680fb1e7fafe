import { type HelpPage } from "./help.ts";

export interface ManPageOptions {
  readonly version: string;
  readonly at: Date;
}

/** `yikatong.1` out of what the commands say of themselves, in roff as man(7) has it. */
export function manPage(pages: readonly HelpPage[], { version, at }: ManPageOptions): string {
  const [overview, ...commands] = pages;
  if (!overview || overview.words.length > 0) throw new Error("No help of the program itself");
  return [
    `.TH YIKATONG 1 "${manDay(at)}" "yikatong ${version}" "一卡通"`,
    ".SH NAME",
    "yikatong \\- 一卡通平台和自助终端",
    ".SH SYNOPSIS",
    ".B yikatong",
    ".RI < 命令 >",
    ".RI [ 选项 ]",
    ".SH DESCRIPTION",
    "平台、自助终端和维护命令是同一个程序。",
    "以下是各命令的",
    ".B \\-\\-help",
    "说明。",
    ...literal(overview.text),
    ".SH COMMANDS",
    ...commands.flatMap((
      { words, text },
    ) => [`.SS yikatong ${roff(words.join(" "))}`, ...literal(text)]),
    ".SH EXIT STATUS",
    "0 正常，1 失败，2 用法错误。",
    ".SH FILES",
    ...definition("/etc/yikatong/server.toml", "平台的配置，每项设置在文件里有说明"),
    ...definition("/etc/yikatong/terminal.toml", "自助终端的配置"),
    ...definition("/var/lib/yikatong/", "平台的数据"),
    ...definition("/var/lib/yikatong\\-terminal/", "自助终端的数据"),
    ".SH SEE ALSO",
    ".BR yikatong\\-purge (8),",
    ".BR systemctl (1),",
    ".BR journalctl (1)",
    "",
  ].join("\n");
}

export function manDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** Columns and line ends as they are. */
function literal(text: string): string[] {
  return [".nf", ...text.split("\n").map(roffLine), ".fi"];
}

function definition(path: string, meaning: string): string[] {
  return [".TP", `.I ${path}`, meaning];
}

/** A line that begins with a dot or a quote would be a request. */
function roffLine(line: string): string {
  return /^[.']/.test(line) ? `\\&${roff(line)}` : roff(line);
}

/** Hyphens and quotes that a reader may copy into a shell. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
}
