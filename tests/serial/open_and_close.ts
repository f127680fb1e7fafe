/**
 * Opens, uses and loses ports and ptys a few hundred times and prints, as JSON, how many descriptors
 * and threads the process had before and after: in a process of its own, because tests share theirs.
 */
import { LineError } from "../../ffi/line.ts";
import { openSerialPort } from "../../ffi/serial/serial_port.ts";
import { openPty } from "../../sandbox/devices/pty.ts";
import { say } from "../../tools/say.ts";

export interface Belongings {
  readonly descriptors: number;
  readonly threads: number;
}

const ROUNDS = 300;
/** So that the threads of the pool and what is opened once are there before it is counted. */
const WARM_UP = 10;
/** Deno has sockets of its own, which come and go. */
const OURS = /^\/dev\/(ptmx|pts)|eventfd/;
const PATIENTLY = { timeoutMs: 60_000 };

if (import.meta.main) {
  await useOften(WARM_UP);
  const before = await count();
  await useOften(ROUNDS);
  await say(JSON.stringify({ before, after: await count() }));
}

async function useOften(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) await useOnce(round);
}

/** By turns the port is closed, its device is unplugged, and it is not opened at all. */
async function useOnce(round: number): Promise<void> {
  await using pty = await openPty();
  const options = { path: pty.path, baud: 9_600 };
  await using port = await openSerialPort(options);
  await pty.line.write(Uint8Array.of(round % 256), PATIENTLY);
  await port.read(PATIENTLY);
  const waiting = Promise.all([
    fails(port.read(PATIENTLY)),
    fails(port.write(new Uint8Array(100_000), PATIENTLY)),
  ]);
  if (round % 3 === 0) await fails(openSerialPort(options));
  if (round % 2 === 0) await pty.unplug();
  await port[Symbol.asyncDispose]();
  await waiting;
  if (round % 3 === 1) await fails(openSerialPort({ ...options, dataBits: 7 }));
}

async function fails(work: Promise<unknown>): Promise<void> {
  const outcome = await work.catch((thrown: unknown) => thrown);
  if (!(outcome instanceof LineError)) throw new Error("Cannot go on: expected a LineError");
}

async function count(): Promise<Belongings> {
  const threads = await Array.fromAsync(Deno.readDir("/proc/self/task"));
  const descriptors = await Array.fromAsync(Deno.readDir("/proc/self/fd"));
  const targets = await Promise.all(
    descriptors.map(({ name }) => Deno.readLink(`/proc/self/fd/${name}`).catch(() => "")),
  );
  return {
    descriptors: targets.filter((target) => OURS.test(target)).length,
    threads: threads.length,
  };
}
