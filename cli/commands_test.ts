import assert from "node:assert/strict";
import { COMMANDS } from "./commands.ts";

Deno.test("README names every command", async () => {
  const text = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const [, list = ""] = /lists every subcommand([\s\S]*?)\n\n\*\*/.exec(text) ?? [];
  const named = [...list.matchAll(/`([a-z][a-z-]*)`/g)].map(([, name = ""]) => name);
  assert.deepEqual(named.sort(), Object.keys(COMMANDS).sort());
});
