import assert from "node:assert/strict";
import type { Browser, BrowserContext } from "playwright-core";
import type { CityPerson } from "../../sandbox/city/city.ts";
import { agree } from "./books.ts";
import { openBrowser } from "./browser.ts";
import { type Hand, handOf } from "./hand.ts";
import { type Stack, startStack } from "./stack.ts";
import type { DevDeviceForm } from "../../cli/dev/stack.ts";
import { told } from "./scene.ts";
import { until, WAIT_MS_MAX } from "./until.ts";
import { openKiosk, type Visitor, visitorAt } from "./visitor.ts";

/** What a journey is told: the person's eyes and finger, their hands, and the stack behind. */
export interface Journey {
  readonly stack: Stack;
  readonly hand: Hand;
  readonly context: BrowserContext;
  readonly visitor: Visitor;
  /** What the browser complained about, policy violations among it. */
  readonly complaints: readonly string[];
  person(story: string): CityPerson;
  /** New bills at this terminal's institution. */
  prescribe(story: string, prescription: string): Promise<string>;
}

export interface JourneyOptions {
  readonly width?: number;
  readonly height?: number;
}

type RunJourney = (journey: Journey) => Promise<void>;
export type TellJourney = (
  name: string,
  run: RunJourney,
  options?: JourneyOptions,
) => void;

/** One stack and one browser for all journeys of a file; each on a page and a tidy kiosk of its own. */
export function openJourneys(
  { devices }: { readonly devices?: DevDeviceForm } = {},
): TellJourney {
  let opened: { readonly stack: Stack; readonly browser: Browser } | null = null;
  Deno.test.beforeAll(async () => {
    const [stack, browser] = await Promise.all([startStack(devices), openBrowser()]);
    opened = { stack, browser };
  });
  Deno.test.afterAll(async () => {
    await opened?.browser.close();
    await opened?.stack[Symbol.asyncDispose]();
  });
  return function journey(name, run, options = {}): void {
    Deno.test({
      name,
      // The stack and the browser outlive the single journey.
      sanitizeOps: false,
      sanitizeResources: false,
      async fn() {
        assert.ok(opened, "the stack and the browser are open");
        await runJourney({ ...opened, name, options }, run);
      },
    });
  };
}

async function runJourney(
  at: {
    readonly stack: Stack;
    readonly browser: Browser;
    readonly name: string;
    readonly options: JourneyOptions;
  },
  run: RunJourney,
): Promise<void> {
  const { stack } = at;
  const { width = 1080, height = 1920 } = at.options;
  const hand = handOf({
    kioskUrl: stack.kiosk.url,
    sandboxUrl: stack.sandbox.urls.panel,
    token: stack.kiosk.token,
  });
  await hand.tidy();
  const context = await at.browser.newContext({
    viewport: { width, height },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // What moves is neither measured nor read the same way twice.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS_MAX);
  const complaints: string[] = [];
  page.on("console", (said) => {
    if (said.type() === "error" || said.type() === "warning") complaints.push(said.text());
  });
  page.on("pageerror", (thrown) => complaints.push(String(thrown)));
  try {
    await told(at.browser, at.name, async () => {
      await openKiosk(page, () => page.goto(stack.kiosk.url));
      await run({
        stack,
        hand,
        context,
        complaints,
        visitor: visitorAt(page),
        person: (story) => personOf(stack, story),
        prescribe: (story, prescription) => prescribe({ stack, hand }, story, prescription),
      });
      await until("books that agree", () => hand.books(), agree);
    });
  } finally {
    // Those of officials as well: a page that stays open goes on asking.
    await Promise.all(at.browser.contexts().map((each) => each.close()));
  }
}

function personOf(stack: Stack, story: string): CityPerson {
  const person = stack.city.persons.find((each) => each.story?.id === story);
  assert.ok(person, `the city has the story "${story}"`);
  return person;
}

async function prescribe(
  { stack, hand }: Pick<Journey, "stack" | "hand">,
  story: string,
  prescription: string,
): Promise<string> {
  const institutionCode = stack.city.terminals.find((each) => each.number === "0001")
    ?.institutionCode;
  assert.ok(institutionCode, "the city has the terminal 0001");
  const { idNumber } = personOf(stack, story);
  const [billId] = await hand.prescribe(idNumber, { institutionCode, prescription });
  assert.ok(billId);
  return billId;
}
