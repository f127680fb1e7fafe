import type { ScreenSize } from "../contract.ts";
import type { Browser } from "./browsers.ts";

export interface Opening {
  readonly browser: Browser;
  /** Empty, and this browser's alone. */
  readonly profile: string;
  readonly url: string;
  /** Without a window manager a browser does not find the edges of the screen by itself. */
  readonly size: ScreenSize | null;
  /** Of the configuration, last. */
  readonly more: readonly string[];
}

/** A year: a terminal is updated by its operators, never by its browser. */
const UPDATE_SECONDS = 31_536_000;

/** Nothing of the browser itself may be seen or reached: no tabs, menus, gestures, questions. */
const CHROMIUM = [
  "--kiosk",
  "--incognito",
  "--no-first-run",
  "--no-default-browser-check",
  "--noerrdialogs",
  "--disable-infobars",
  "--disable-session-crashed-bubble",
  "--disable-pinch",
  "--overscroll-history-navigation=0",
  "--disable-features=Translate,TranslateUI,TouchpadOverscrollHistoryNavigation",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--password-store=basic",
  // Spoken guidance begins without a touch.
  "--autoplay-policy=no-user-gesture-required",
  `--check-for-update-interval=${UPDATE_SECONDS}`,
];

export function browserArguments({ browser, profile, url, size, more }: Opening): string[] {
  if (browser.family === "firefox") {
    return ["--no-remote", "--profile", profile, ...more, "--kiosk", "--private-window", url];
  }
  const window = size ? windowArguments(size) : [];
  return [...CHROMIUM, `--user-data-dir=${profile}`, ...window, ...more, url];
}

/** One pixel more than the screen: of exactly its size, Chromium makes the window one smaller. */
function windowArguments({ width, height }: ScreenSize): string[] {
  return ["--window-position=0,0", `--window-size=${width + 1},${height + 1}`];
}

/** Firefox reads what other browsers are told as arguments. */
export const FIREFOX_PREFERENCES = [
  ["browser.shell.checkDefaultBrowser", false],
  ["browser.sessionstore.resume_from_crash", false],
  ["browser.startup.homepage_override.mstone", "ignore"],
  ["browser.tabs.warnOnClose", false],
  ["datareporting.policy.dataSubmissionEnabled", false],
  ["app.update.enabled", false],
  ["dom.w3c_touch_events.enabled", 1],
  ["apz.allow_zooming", false],
  ["media.autoplay.default", 0],
].map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
