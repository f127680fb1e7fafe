/** The settings files that packages install, against the schemas that read them. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { readToml, shape as platformShape, toConfig } from "../../server/platform/config.ts";
import { shape as terminalShape, toTerminalConfig } from "../../terminal/config.ts";
import { readDeploy } from "../../tools/package/deploy_files.ts";
import { settingPaths } from "./setting_paths.ts";

/** A setting that is offered but not in force. */
const OFFERED = /^#(?=[a-z0-9_]+ = |\[)/;
/** For people who develop it; nothing to offer an operator. */
const NOT_OFFERED = /^development\./;

type Tree = Record<string, unknown>;

/** The file's tables, each as text with what it offers in force; before the first, an unnamed one. */
function tablesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(OFFERED, ""));
  const starts = [0, ...lines.flatMap((line, at) => line.startsWith("[") ? [at] : [])];
  return starts.map((start, at) => lines.slice(start, starts[at + 1]).join("\n"));
}

function pathsIn(value: unknown, schemaPaths: ReadonlySet<string>, path = ""): string[] {
  const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isTable || schemaPaths.has(path)) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsIn(inner, schemaPaths, path === "" ? name : `${path}.${name}`)
  );
}

function merge(trees: readonly Tree[]): Tree {
  return trees.reduce<Tree>((all, tree) => ({ ...all, ...tree }), {});
}

async function readTables(file: string): Promise<Tree[]> {
  return tablesOf(await readDeploy(`common/config/${file}`)).map(readToml);
}

Deno.test("server.toml explains every setting of the platform, and each may stand as it is", async () => {
  const tables = await readTables("server.toml");
  const config = toConfig(merge(tables), {});
  assert.equal(config.his.timeout_ms, 10_000);
  const known = settingPaths(platformShape).filter((path) => !NOT_OFFERED.test(path));
  assert.deepEqual(pathsIn(merge(tables), new Set(known)).sort(), known);
});

Deno.test("server.toml offers what is so anyway, where a setting has a default", async () => {
  const tables = await readTables("server.toml");
  const needed = ["his", "citizen_code", "insurance", "aggregate_pay"];
  const usual = toConfig({ ...merge(tables.map((tree) => onlyOf(tree, needed))) }, {});
  const offered = toConfig(merge(tables), {});
  const leaves = new Set(settingPaths(platformShape));
  const differing = pathsIn(usual, leaves)
    .filter((path) => !isDeepStrictEqual(valueAt(usual, path), valueAt(offered, path)));
  // Where the package puts it, instead of a folder below the one it is run in.
  assert.deepEqual(differing, ["data_dir"]);
});

Deno.test("server.toml as it is installed names the settings that are still missing", async () => {
  const file = readToml(await readDeploy("common/config/server.toml"));
  assert.throws(() => toConfig(file, {}), (thrown: unknown) => {
    const text = thrown instanceof Error ? thrown.message : "";
    for (const name of ["his.url", "aggregate_pay.app_key", "insurance.paas_id"]) {
      assert.ok(text.includes(`${name}: 没有设置`), text);
    }
    return true;
  });
});

Deno.test("terminal.toml explains every setting and every driver, and each may stand as it is", async () => {
  const tables = await readTables("terminal.toml");
  const devices = tables.filter((tree) => "devices" in tree);
  const base = merge(tables.filter((tree) => !("devices" in tree)));
  const known = settingPaths(terminalShape);
  const explained = new Set(pathsIn(base, new Set(known)));
  for (const table of devices) {
    toTerminalConfig({ ...base, ...table });
    pathsIn(table, new Set(known)).forEach((path) => explained.add(path));
  }
  assert.deepEqual(serialOnce(explained), serialOnce(known));
  const drivers = devices.flatMap(({ devices }) => Object.values(devices as Tree))
    .map((device) => (device as Tree).driver);
  assert.deepEqual(
    drivers.sort(),
    [
      "cvr_library",
      "escpos_serial",
      "kmy",
      "library",
      "library",
      "megatec_q1",
      "modem_lines",
      "motor_crt310",
      "motor_crt571",
      "relays_serial",
      "sdt_library",
      "sdt_serial",
      "serial",
      "xz_f35",
      "zt598",
    ],
  );
});

/** The same of every serial port: explained at the first. */
function serialOnce(paths: Iterable<string>): string[] {
  const once = [...paths].map((path) =>
    path.replace(/^devices\.\w+\.(baud|parity|data_bits|stop_bits)$/, "devices.*.$1")
  );
  return [...new Set(once)].sort();
}

function valueAt(tree: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, name) => Object(at)[name], tree);
}

function onlyOf(tree: Tree, names: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => names.includes(name)));
}
