import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import type { ConsoleModelInstance, ConsoleStep } from "./model.ts";
import { Navigation } from "./Navigation.tsx";
import { PageScreen } from "./PageScreen.tsx";

interface ShellProps {
  readonly console: ConsoleModelInstance;
  readonly step: Extract<ConsoleStep, { kind: "signed_in" }>;
}

const CONTENT_ID = "content";

/** Header, navigation and the page of who is signed in. */
export function Shell({ console, step }: ShellProps): JSX.Element {
  const { session, page } = step;
  return (
    <div class="shell">
      <a class="skip" href={`#${CONTENT_ID}`} onClick={skip}>{ZH.shell.skip}</a>
      <header class="top">
        <Link to={{ section: "" }} class="top-product">{ZH.product}</Link>
        <RowAlarms count={console.alarms.value} />
        <AccountMenu session={session} onSignOut={() => void console.signOut()} />
      </header>
      <Navigation console={console} session={session} />
      <main class="content" id={CONTENT_ID} tabIndex={-1}>
        {!console.reached.value && (
          <div class="offline" role="alert" data-testid="offline">
            <Message type="warning" showIcon role="presentation">{ZH.state.offline}</Message>
          </div>
        )}
        <PageScreen page={page} session={session} />
      </main>
    </div>
  );
}

/** In the header from the start, else what comes into it is not read aloud. */
function RowAlarms({ count }: { readonly count: number }): JSX.Element {
  return (
    <div class="top-alarms" role="status">
      {count > 0 && (
        <Link to={{ section: "protection" }} class="top-alarm" testId="row-alarms">
          {ZH.shell.alarms(count)}
        </Link>
      )}
    </div>
  );
}

/** Moves the focus alone: the address belongs to the pages. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById(CONTENT_ID)?.focus();
}
