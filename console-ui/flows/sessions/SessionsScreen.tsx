import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Page } from "../../ui/Page.tsx";
import { Views } from "../../ui/Views.tsx";
import { Locks } from "./Locks.tsx";
import type { SessionsAsked, SessionsModelInstance } from "./model.ts";
import { OpenSessions } from "./OpenSessions.tsx";

const WORDS = ZH.sessions;
const SECTION = "sessions";

export function SessionsScreen({ flow }: { readonly flow: SessionsModelInstance }): JSX.Element {
  const view = flow.view.value;
  const asked = flow.asked.value;
  return (
    <Page title={WORDS.title} testId="sessions">
      <Views
        label={WORDS.viewsLabel}
        current={view}
        views={[
          { name: "sessions", title: WORDS.views.sessions, to: { section: SECTION } },
          { name: "locks", title: WORDS.views.locks, to: { section: SECTION, id: "locks" } },
        ]}
      />
      {view === "locks" ? <Locks flow={flow} /> : <OpenSessions flow={flow} />}
      {asked && <Asking flow={flow} asked={asked} />}
    </Page>
  );
}

interface AskingProps {
  readonly flow: SessionsModelInstance;
  readonly asked: SessionsAsked;
}

function Asking({ flow, asked }: AskingProps): JSX.Element {
  const words = asked.kind === "end"
    ? { title: WORDS.endOf(asked.session.login), lead: WORDS.endLead, send: WORDS.end }
    : { title: WORDS.unlockOf(asked.lock.name), lead: WORDS.unlockLead, send: WORDS.unlock };
  return (
    <AskDialog
      {...words}
      sending={flow.sending}
      testId={`ask-${asked.kind}`}
      danger={asked.kind === "end"}
      onSend={() => void flow.send()}
      onClose={() => flow.close()}
    />
  );
}
