import type { Log } from "../../server/platform/log.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { ScreenSize } from "../contract.ts";
import type { KioskConfig } from "./config.ts";

/** A program of the display server and what it said; null where it is missing or refused. */
export type RunTool = (name: string, args: readonly string[]) => Promise<string | null>;

export interface Output {
  readonly name: string;
  /** As it is looked at, after any rotation. */
  readonly size: ScreenSize;
}

const DARK_AFTER_SECONDS = "300";
const LOOK_AT_CLOCK_MS = 60_000;

/** Of `xrandr --query`: the screens that are connected and show something. */
export function readOutputs(text: string): Output[] {
  const lines = text.matchAll(/^([\w-]+) connected (?:primary )?(\d+)x(\d+)\+\d+\+\d+/gm);
  return [...lines].map(([, name = "", width, height]) => ({
    name,
    size: { width: Number(width), height: Number(height) },
  }));
}

interface Deps {
  readonly display: KioskConfig["display"];
  readonly run: RunTool;
  readonly log: Log;
}

/**
 * Turns picture and touch, keeps the picture on, and takes the keys away that would switch to
 * another console. Null where the size stays unknown; the browser then finds its own.
 */
export async function setUpDisplay({ display, run, log }: Deps): Promise<ScreenSize | null> {
  const output = await findOutput({ display, run, log });
  if (output) {
    await run("xrandr", ["--output", output.name, "--rotate", display.rotation]);
    if (display.touch_device !== undefined) {
      await run("xinput", ["--map-to-output", display.touch_device, output.name]);
    }
  }
  await run("xset", ["s", "off", "s", "noblank"]);
  await stayLit(run);
  await run("setxkbmap", ["-option", "", "-option", "srvrkeys:none"]);
  return (await findOutput({ display, run, log }))?.size ?? null;
}

async function findOutput({ display, run, log }: Deps): Promise<Output | null> {
  const outputs = readOutputs(await run("xrandr", ["--query"]) ?? "");
  const wanted = display.output;
  const found = outputs.find(({ name }) => wanted === undefined || name === wanted) ?? null;
  if (!found) {
    log.warn("No such screen", {
      wanted,
      found: outputs.map(({ name }) => name).join(" "),
    });
  }
  return found;
}

async function stayLit(run: RunTool): Promise<void> {
  await run("xset", ["dpms", "force", "on"]);
  await run("xset", ["-dpms"]);
}

/** Times as "HH:MM"; a span may go over midnight. */
export function isBetween(time: string, from: string, to: string): boolean {
  return from <= to ? from <= time && time < to : from <= time || time < to;
}

export interface NightDeps extends Deps {
  readonly pause: Pause;
  /** This machine's own time of day, "HH:MM". */
  readonly timeOfDay: () => string;
}

/** Lets the screen go dark when nobody touches it at night; a touch lights it again. */
export async function watchNight(
  { display, run, log, pause, timeOfDay }: NightDeps,
  signal: AbortSignal,
): Promise<void> {
  const { dark_from: from, dark_to: to } = display;
  if (from === undefined || to === undefined) return;
  let mayBeDark = false;
  while (!signal.aborted) {
    const isNight = isBetween(timeOfDay(), from, to);
    if (isNight !== mayBeDark) {
      log.info(isNight ? "Screen may go dark" : "Screen stays lit");
      if (isNight) await run("xset", ["dpms", ...Array(3).fill(DARK_AFTER_SECONDS)]);
      else await stayLit(run);
      mayBeDark = isNight;
    }
    await pause(LOOK_AT_CLOCK_MS, signal);
  }
}
