import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { ZH } from "../i18n/zh.ts";

/** Of a page without navigation; the first field has the focus, so this one only names the page. */
export function StepTitle({ title }: { readonly title: string }): JSX.Element {
  useEffect(() => {
    document.title = `${title} · ${ZH.product}`;
  }, [title]);
  return <h1 class="step-title">{title}</h1>;
}
