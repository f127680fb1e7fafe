import type { JSX } from "preact";
import type { ConsoleModelInstance, Notice } from "../flows/console/model.ts";
import { ZH } from "../i18n/zh.ts";
import { Message } from "./library.ts";

/** In the page from the start, else what comes into it is not read aloud. */
export function Notices({ console }: { readonly console: ConsoleModelInstance }): JSX.Element {
  return (
    <div class="notices" role="status" aria-label={ZH.shell.notices} data-testid="notices">
      {console.notices.value.map((notice: Notice) => (
        <Message
          key={notice.id}
          type="success"
          showIcon
          closable
          role="presentation"
          onClose={() => console.dismiss(notice)}
        >
          {notice.text}
        </Message>
      ))}
    </div>
  );
}
