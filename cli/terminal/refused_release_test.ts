import assert from "node:assert/strict";
import { OffsetClock } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import type { OwnCheck } from "../../server/platform/release/own_release.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { toTerminalConfig } from "../../terminal/config.ts";
import { openJournal } from "./opened_terminal.ts";
import { noteRefused } from "./refused_release.ts";

const REFUSED: OwnCheck = {
  verification: "enforce",
  manifest: null,
  signers: [],
  troubles: [{ kind: "no_manifest" }],
};

Deno.test("noteRefused() keeps one event, however often the same release is refused", async () => {
  using folder = new TemporaryFolder();
  const config = toTerminalConfig({
    number: "0001",
    data_dir: folder.file("data"),
    platform: { url: "https://platform.example" },
  });
  await noteRefused(config, REFUSED, SILENT_LOG);
  await noteRefused(config, REFUSED, SILENT_LOG);
  const other = { ...REFUSED, troubles: [{ kind: "unsigned", signer: "owner" }] } as const;
  await noteRefused(config, other, SILENT_LOG);
  using journal = openJournal(config.data_dir, new OffsetClock());
  assert.deepEqual(
    journal.events.unsent().map(({ kind, fields }) => [kind, fields.troubles]),
    [
      ["release.refused", "没有 manifest.json，或不能读取：不是完整的发布"],
      ["release.refused", "没有 owner 的签名，或签名用的不是受信任的密钥"],
    ],
  );
});

Deno.test("noteRefused() lets a disk that takes nothing keep nobody from being told", async () => {
  using folder = new TemporaryFolder();
  await Deno.writeTextFile(folder.file("data"), "a file");
  const config = toTerminalConfig({
    number: "0001",
    data_dir: folder.file("data"),
    platform: { url: "https://platform.example" },
  });
  const lines: string[] = [];
  await noteRefused(config, REFUSED, { ...SILENT_LOG, error: (text) => void lines.push(text) });
  assert.deepEqual(lines, ["Cannot keep an event"]);
});
