import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ZH } from "../i18n/zh.ts";

interface PageProps {
  readonly title: string;
  /** Beside the title. */
  readonly actions?: ComponentChildren;
  readonly lead?: string;
  readonly testId?: string;
  readonly children?: ComponentChildren;
}

/** What stands in `<main>`. The title takes the focus, so that who cannot see hears it first. */
export function Page({ title, actions, lead, testId, children }: PageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${ZH.product}`;
    heading.current?.focus();
  }, [title]);
  return (
    <div class="page" data-testid={testId}>
      <div class="page-head">
        <div>
          <h1 class="page-title" tabIndex={-1} ref={heading}>{title}</h1>
          {lead !== undefined && <p class="page-lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
