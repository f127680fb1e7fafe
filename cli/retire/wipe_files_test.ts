import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { searchFor } from "./markers.ts";
import { sampleDevice } from "./sample_device.ts";
import { wipeFolder } from "./wipe_files.ts";

const MARKER = "01a1ec2a-f280-7cbb-b371-e1567b13a073";

Deno.test("wipeFolder() overwrites what it unlinks: another name of the file shows it", async () => {
  using folder = new TemporaryFolder();
  const data = folder.file("data");
  await Deno.mkdir(`${data}/releases/1`, { recursive: true });
  await Deno.mkdir(`${data}/inner`);
  const text = MARKER.repeat(5_000);
  await Deno.writeTextFile(`${data}/inner/journal`, text);
  await Deno.writeTextFile(`${data}/releases/1/app.js`, "stays");
  await Deno.writeTextFile(`${data}/empty`, "");
  await Deno.link(`${data}/inner/journal`, folder.file("second-name"));
  const search = searchFor([MARKER, "short"]);
  const wiped = await wipeFolder(data, { except: [`${data}/releases`], search });
  assert.deepEqual(wiped, { path: data, files: 2, bytes: text.length, blocks: 3 });
  const left = (await Array.fromAsync(Deno.readDir(data))).map(({ name }) => name);
  assert.deepEqual(left, ["releases"]);
  const after = await Deno.readFile(folder.file("second-name"));
  assert.equal(after.length, text.length);
  assert.ok(!search.isIn(after), "nothing of before is in its blocks");
  assert.deepEqual(
    await wipeFolder(folder.file("nowhere"), { search }),
    { path: folder.file("nowhere"), files: 0, bytes: 0, blocks: 0 },
  );
});

Deno.test("sampleDevice() finds what was left, and says what to do", async () => {
  using folder = new TemporaryFolder();
  const device = folder.file("disk");
  const search = searchFor([MARKER]);
  assert.equal(search.count, 1);
  await Deno.writeFile(device, new Uint8Array(1_000_000));
  assert.deepEqual(await sampleDevice(device, search), { path: device, blocks: 15, found: 0 });
  const bytes = new Uint8Array(1_000_000);
  bytes.set(new TextEncoder().encode(MARKER), 300_000);
  await Deno.writeFile(device, bytes);
  await assert.rejects(sampleDevice(device, search), /还有以前的内容（位置 262144）[^]*blkdiscard/);
  await assert.rejects(sampleDevice(folder.file("nowhere"), search), /不能读取/);
});
