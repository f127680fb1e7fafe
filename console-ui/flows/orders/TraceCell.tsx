import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";

const WORDS = ZH.orders.trace;
const SHOWN_LENGTH = 8;

interface TraceCellProps {
  readonly id: string;
  /** Where it is looked at; null unless the platform is told where. */
  readonly url: string | null;
}

/** By it everything is found that logs, audit and the collector hold of the request. */
export function TraceCell({ id, url }: TraceCellProps): JSX.Element {
  const short = `${id.slice(0, SHOWN_LENGTH)}…`;
  return (
    <span class="trace-cell">
      {url === null ? <span class="figures" title={id}>{short}</span> : (
        <a
          class="figures"
          href={url}
          title={id}
          target="_blank"
          rel="noreferrer"
          aria-label={WORDS.open(short)}
        >
          {short}
        </a>
      )}
      <CopyButton text={id} said={WORDS.copied} size="sm" />
    </span>
  );
}
