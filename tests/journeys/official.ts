import assert from "node:assert/strict";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { FirstPassword } from "../../server/modules/access/accounts/initialise.ts";
import { codeOf } from "./authenticator.ts";
import { accessFaults } from "./screen_rules.ts";
import type { Stack } from "./stack.ts";
import { WAIT_MS_MAX } from "./until.ts";

const SCREEN = { width: 1366, height: 768 };
/** A code is good for its own half minute and the one before and after. */
const CODE_STEP_MS = 30_000;

export const OWN_PASSWORD = "Blue-Kettle-88-walks";

/** Somebody at a desk before the console, with a keyboard and an authenticator. */
export interface Official {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly login: string;
  /** What the browser complained about, policy violations among it. */
  readonly complaints: readonly string[];
  /** Waits for what is called so, and has axe look at the screen. */
  sees(testId: string): Promise<void>;
  /** The keyboard alone: types into the field that has the focus, then Tab or Enter. */
  types(text: string, then: "Tab" | "Enter"): Promise<void>;
  /** Presses it; what has the focus in the turn after: whoever types on must not lose a key. */
  focusAfter(testId: string): Promise<string | null>;
  /** What the authenticator shows; time goes on first, since a code counts once. */
  code(): string;
  /** From the one-time password to the first page. */
  enrol(): Promise<void>;
  signIn(): Promise<void>;
}

interface Desk {
  readonly browser: Browser;
  readonly stack: Stack;
}

interface OfficialGiven extends Desk {
  readonly duty: FirstPassword["duty"];
}

/** One of the demo's three administrators. */
export async function officialAt({ duty, ...desk }: OfficialGiven): Promise<Official> {
  const first = desk.stack.firstPasswords.find((each) => each.duty === duty);
  assert.ok(first, `the demo has an administrator for ${duty}`);
  return await personAt(desk, first);
}

/** Somebody who was handed a one-time password. */
export async function personAt(
  { browser, stack }: Desk,
  first: Pick<FirstPassword, "login" | "oneTimePassword">,
): Promise<Official> {
  const context = await browser.newContext({
    viewport: SCREEN,
    locale: "zh-CN",
    // What moves is neither measured nor read the same way twice.
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS_MAX);
  const complaints = complaintsOf(page);
  let secret = "";

  async function sees(testId: string): Promise<void> {
    await page.getByTestId(testId).waitFor();
    assert.deepEqual(await accessFaults(page), [], testId);
  }
  async function types(text: string, then: "Tab" | "Enter"): Promise<void> {
    await page.locator("input:focus, textarea:focus").waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press(then);
  }
  function focusAfter(testId: string): Promise<string | null> {
    return page.getByTestId(testId).evaluate(async (button: HTMLElement) => {
      button.focus();
      button.click();
      await new Promise((resume) => setTimeout(resume));
      return document.activeElement?.getAttribute("data-testid") ?? null;
    });
  }
  function code(): string {
    stack.clock.jump(CODE_STEP_MS);
    return codeOf(secret, stack.clock.now());
  }
  return {
    page,
    context,
    login: first.login,
    complaints,
    sees,
    types,
    focusAfter,
    code,
    async enrol(): Promise<void> {
      await sees("sign-in-password");
      await types(first.login, "Tab");
      await types(first.oneTimePassword, "Enter");
      await sees("sign-in-password_change");
      await types(OWN_PASSWORD, "Tab");
      await types(OWN_PASSWORD, "Enter");
      await sees("totp-secret");
      secret = await page.getByTestId("totp-secret").innerText();
      await types(code(), "Enter");
      await sees("recovery-codes");
      await page.getByTestId("codes-kept").press("Enter");
    },
    async signIn(): Promise<void> {
      await sees("sign-in-password");
      await types(first.login, "Tab");
      await types(OWN_PASSWORD, "Enter");
      await sees("sign-in-second_factor");
      await types(code(), "Enter");
    },
  };
}

/** A refused request is told by the browser too; that one is the platform's to say. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => {
    const isTrouble = line.type() === "error" || line.type() === "warning";
    if (isTrouble && !REFUSED.test(line.text())) complaints.push(line.text());
  });
  return complaints;
}
