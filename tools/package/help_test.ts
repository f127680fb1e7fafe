import assert from "node:assert/strict";
import { bashCompletion } from "./completion.ts";
import { type HelpPage, namedCommands, optionsOf, readRecords, subcommandsOf } from "./help.ts";
import { manPage } from "./man_page.ts";

const OVERVIEW = `用法: yikatong <命令> [选项]

  serve   平台
  key     密钥

yikatong <命令> --help 说明一个命令。`;
const SERVE = `用法: yikatong serve [选项]

  --config <文件>  配置
                   --not-one 不是选项
  --role <角色>    角色；见 yikatong serve workers --help
.dot 'quoted'`;

const PAGES: readonly HelpPage[] = readRecords(
  `\x1e\n${OVERVIEW}\n\x1eserve\n${SERVE}\n\x1eserve --all\n用法: yikatong serve --all\n\n  --deep  更深\n`,
);

Deno.test("readRecords() tells the pages apart", () => {
  assert.deepEqual(PAGES.map(({ words }) => words), [[], ["serve"], ["serve", "--all"]]);
  assert.equal(PAGES[0]?.text, OVERVIEW);
});

Deno.test("namedCommands() finds what a group lists and what a page refers to", () => {
  assert.deepEqual(PAGES.map(namedCommands), [["serve", "key"], ["serve workers"], []]);
});

Deno.test("optionsOf() takes what a line explains, and help", () => {
  assert.deepEqual(PAGES.slice(1).map(optionsOf), [
    ["--config", "--help", "--role"],
    ["--deep", "--help"],
  ]);
});

Deno.test("subcommandsOf() are words, not other forms", () => {
  const [overview, serve] = PAGES;
  assert.ok(overview && serve);
  assert.deepEqual(subcommandsOf(overview, PAGES), ["serve"]);
  assert.deepEqual(subcommandsOf(serve, PAGES), []);
});

Deno.test("bashCompletion() offers the options of a command's other forms, too", () => {
  assert.match(
    bashCompletion(PAGES),
    /"serve"\)\n.*\n +options="--all --config --deep --help --role"/,
  );
});

Deno.test("manPage() keeps what roff would take for its own", () => {
  const page = manPage(PAGES, { version: "1.2.3", at: new Date("2026-11-23T00:00:00Z") });
  assert.match(page, /^\.TH YIKATONG 1 "2026-11-23" "yikatong 1\.2\.3"/);
  assert.match(page, /^\.SS yikatong serve \\-\\-all$/m);
  assert.match(page, /^\\&\.dot \\\(aqquoted\\\(aq$/m);
});

Deno.test("manPage() wants the program's own page first", () => {
  assert.throws(() => manPage(PAGES.slice(1), { version: "1", at: new Date(0) }), /No help of/);
});
