import type { JSX } from "preact";
import { ZH } from "../i18n/zh.ts";

/** Where the patient is: 0 identify, 1 choose, 2 confirm, 3 pay, 4 done. */
export type ProgressAt = 0 | 1 | 2 | 3 | 4;

export function Progress({ at }: { readonly at: ProgressAt }): JSX.Element {
  return (
    <ol class="progress" data-testid="progress">
      {ZH.progress.map((name, index) => (
        <li
          key={name}
          class={index < at ? "progress-past" : index === at ? "progress-now" : "progress-ahead"}
          {...(index === at ? { "aria-current": "step" as const } : {})}
        >
          <span class="progress-dot" aria-hidden="true" />
          <span class="progress-name">{name}</span>
        </li>
      ))}
    </ol>
  );
}
