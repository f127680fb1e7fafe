/** The manuals say what is so: commands, options, settings, paths and units that there are. */
import assert from "node:assert/strict";
import denoConfig from "../../deno.json" with { type: "json" };
import { readToml, shape as platformShape } from "../../server/platform/config.ts";
import { shape as terminalShape } from "../../terminal/config.ts";
import { readDeploy } from "../../tools/package/deploy_files.ts";
import { readHelpPages } from "../../tools/package/help.ts";
import { ROOT } from "../../tools/source_files.ts";
import { settingPaths } from "../packages/setting_paths.ts";
import { type Block, type Manual, readManual } from "./blocks.ts";
import { callsIn, wrongWith } from "./commands.ts";
import { pathsIn, readInstalled } from "./installed.ts";

const MANUALS = [
  "README.md",
  "docs/compatibility.md",
  "docs/部署手册.md",
  "docs/运维手册.md",
  "docs/安全设计说明.md",
  "docs/密码应用方案.md",
];

/** Made by whoever follows a manual, or named in parts by a script. */
const MADE_LATER = [
  "/etc/cron.d/yikatong-migrate",
  "/etc/yikatong/db-ca.pem",
  "/etc/yikatong/owner.env",
  "/etc/yikatong/recovery.pub.pem",
  "/var/lib/yikatong-installer/result.json",
];

const manuals: readonly Manual[] = await Promise.all(MANUALS.map(readManual));
const blocks = manuals.flatMap(({ blocks }) => blocks);
const shell = blocks.filter(({ language }) => language === "sh");
/** All that may hold a command, a path, a name. */
const code = [...blocks, ...manuals.flatMap(({ inline }) => inline)];
const helpPages = await readHelpPages();
const installed = await readInstalled(helpPages);

/** `place: finding` of everything that is wrong. */
function findings(from: readonly Block[], find: (block: Block) => readonly string[]): string[] {
  return from.flatMap((block) => find(block).map((what) => `${block.place}: ${what}`));
}

Deno.test("manuals: every block of commands is one that a shell reads", async () => {
  assert.ok(shell.length > 30);
  for (const { place, text } of shell) {
    const { success, stderr } = await new Deno.Command("sh", { args: ["-nc", text] }).output();
    assert.ok(success, `${place}: ${new TextDecoder().decode(stderr)}`);
  }
});

Deno.test("manuals: every call of yikatong is one that its help knows", () => {
  const calls = code.flatMap(({ text }) => callsIn(text));
  assert.ok(calls.length > 100, `${calls.length}`);
  assert.deepEqual(
    findings(code, ({ text }) =>
      callsIn(text).flatMap((words) => {
        const wrong = wrongWith(words, helpPages);
        return wrong ? [wrong] : [];
      })),
    [],
  );
});

Deno.test("manuals: a call that is wrong is found", () => {
  const wrong = (text: string) => callsIn(text).map((words) => wrongWith(words, helpPages));
  assert.deepEqual(wrong("yikatong backup physical --by 张工 \\\n  --config a.toml | head"), [
    null,
  ]);
  assert.deepEqual(wrong("sh -c '. x && yikatong migrate --grant-to app'; yikatong sm sing"), [
    null,
    '"sm" has no "sing"',
  ]);
  assert.deepEqual(wrong("yikatong doctor --terminal --print # --nothing"), [null]);
  assert.deepEqual(wrong("yikatong doctor --print"), ['"doctor" has no "--print"']);
  assert.deepEqual(wrong("sudo yikatong nonsense"), ['there is no command "nonsense"']);
});

Deno.test("manuals: every path of ours is there after an installation, or made by hand", () => {
  const isKnown = (path: string) => installed.has(path) || MADE_LATER.includes(path);
  assert.deepEqual(
    findings(code, ({ text }) => pathsIn(text).filter((path) => !isKnown(path))),
    [],
  );
  assert.equal(installed.has("/etc/yikatong/platform.toml"), false);
});

Deno.test("manuals: every unit is one of the packages'", () => {
  assert.deepEqual(
    findings(code, ({ text }) => unitsIn(text).filter((name) => !installed.units.has(name))),
    [],
  );
  assert.deepEqual(
    unitsIn("systemctl enable --now yikatong-wal # x\njournalctl -u yikatong-b.timer"),
    [
      "yikatong-wal.service",
      "yikatong-b.timer",
    ],
  );
});

function unitsIn(text: string): string[] {
  const asked = text.match(/\b(?:systemctl|journalctl) [^\n#|;`]*/g) ?? [];
  const names = asked.flatMap((words) => words.match(/\byikatong-[a-z.-]+/g) ?? []);
  const written = text.match(/(?<![\w/.])yikatong-[a-z-]+\.(?:service|timer|path)\b/g) ?? [];
  return [
    ...new Set([...names, ...written].map((name) => name.includes(".") ? name : `${name}.service`)),
  ];
}

Deno.test("manuals: every setting that is shown is one that a program reads", async () => {
  const known = new Set([...settingPaths(platformShape), ...settingPaths(terminalShape)]);
  const answers = Object.keys(readToml(await readDeploy("common/answers.example.toml")));
  const shown = blocks.filter(({ language }) => language === "toml");
  assert.ok(shown.length > 5);
  assert.deepEqual(
    findings(
      shown,
      ({ text, mark }) =>
        leavesOf(readToml(text)).filter((path) =>
          mark === "answers.toml"
            ? !answers.includes(path)
            : !known.has(path) && ![...known].some((setting) => path.startsWith(`${setting}.`))
        ),
    ),
    [],
  );
});

function leavesOf(tree: Readonly<Record<string, unknown>>, before = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? leavesOf({ ...value }, `${before}${name}.`)
      : [before + name]
  );
}

Deno.test("manuals: the installer's options, tasks and source files are there", async () => {
  const scripts = {
    "install.sh": await readDeploy("common/install.sh"),
    "preflight.sh": await readDeploy("common/preflight.sh"),
  };
  const wrongOptions = findings(
    code,
    ({ text }) =>
      Object.entries(scripts).flatMap(([name, script]) =>
        [...text.matchAll(new RegExp(`${name.replace(".", "\\.")}((?: +[^\\s|;&#]+)*)`, "g"))]
          .flatMap(([, words = ""]) => words.match(/--[a-z-]+/g) ?? [])
          .filter((option) => !script.includes(`${option})`))
      ),
  );
  assert.deepEqual(wrongOptions, []);
  const tasks = Object.keys(denoConfig.tasks);
  const wrongTasks = findings(
    code,
    ({ text }) =>
      [...text.matchAll(/\b(?:deno(?:@[\d.]+)? )?task ([a-z][a-z0-9:-]*)/g)]
        .map(([, task = ""]) => task).filter((task) => !tasks.includes(task)),
  );
  assert.deepEqual(wrongTasks, []);
  const wrongFiles: string[] = [];
  for (const { place, text } of code) {
    for (const [, path = ""] of text.matchAll(/\bdeno(?:@[\d.]+)? run -A ([\w/.-]+\.ts)/g)) {
      const isThere = await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
      if (!isThere) wrongFiles.push(`${place}: ${path}`);
    }
  }
  assert.deepEqual(wrongFiles, []);
});

Deno.test("manuals: every document they point to is there", async () => {
  const wrong: string[] = [];
  for (const path of MANUALS) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const [, link = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^https?:/.test(link)) continue;
      const isThere = await Deno.stat(new URL(link, new URL(path, ROOT))).then(
        () => true,
        () => false,
      );
      if (!isThere) wrong.push(`${path}: ${link}`);
    }
  }
  assert.deepEqual(wrong, []);
});
