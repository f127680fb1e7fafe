import type { PGliteOptions } from "@electric-sql/pglite";
import { ownFile, RELEASE } from "./release.ts";

type EngineFiles = Pick<PGliteOptions, "pgliteWasmModule" | "initdbWasmModule" | "fsBundle">;

/** The engine's files where a build put them; from source it finds them beside itself. */
export async function engineFiles(): Promise<EngineFiles> {
  if (RELEASE.form === "source") return {};
  const [pgliteWasmModule, initdbWasmModule, data] = await Promise.all([
    compileModule("share/pglite/pglite.wasm"),
    compileModule("share/pglite/initdb.wasm"),
    Deno.readFile(ownFile("share/pglite/pglite.data")),
  ]);
  return { pgliteWasmModule, initdbWasmModule, fsBundle: new Blob([data]) };
}

async function compileModule(path: string): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(await Deno.readFile(ownFile(path)));
}
