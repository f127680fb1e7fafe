/**
 * A kiosk process for tests of its death and its bookkeeping:
 * `vendor_parent.ts <profile> <work folder> wait|restarts`. `wait` holds a library till it is
 * killed; `restarts` lets it crash often and prints what the process has open before and after.
 */
import type { CommandOptions } from "../ffi/contract.ts";
import { openHostedLibrary } from "../ffi/vendor/hosted_library.ts";
import { HOST_COMMAND, until } from "./vendor.ts";

const RESTARTS = 50;
/** What is opened once and stays, such as files of packages, is there after these. */
const FIRST_RESTARTS = 3;

async function main([profilePath = "", workFolder = "", what]: readonly string[]): Promise<void> {
  const library = await openHostedLibrary({
    profilePath,
    workFolder,
    command: HOST_COMMAND,
    backOffMs: [0],
  });
  await until(() => library.condition === "online");
  if (what === "wait") {
    await say("ready");
    await library.call("nothing", {}, patiently());
    return;
  }
  const crash = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const reply = await library.call("nothing", {}, patiently());
      if (reply.kind !== "lost") throw new Error("Cannot go on: expected a crash");
    }
    await until(() => library.condition === "online");
  };
  await crash(FIRST_RESTARTS);
  const before = await bookkeeping();
  await crash(RESTARTS);
  const after = await bookkeeping();
  await library[Symbol.asyncDispose]();
  await say(JSON.stringify({ before, after, children: await children() }));
}

async function bookkeeping(): Promise<{ fds: number; children: number }> {
  const fds = await Array.fromAsync(Deno.readDir("/proc/self/fd"));
  return { fds: fds.length, children: await children() };
}

/** Zombies count: they are children till somebody asks for their status. */
async function children(): Promise<number> {
  const text = await Deno.readTextFile(`/proc/self/task/${Deno.pid}/children`);
  return text.split(" ").filter((pid) => pid !== "").length;
}

async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}

if (import.meta.main) await main(Deno.args);
