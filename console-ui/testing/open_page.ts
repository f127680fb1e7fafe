import type { OpenPage } from "../flows/console/pages.ts";
import type { Stage } from "./stage.ts";

/** The page that is shown, of this kind; null when another one is. */
export function shownPage<Kind extends OpenPage["kind"]>(
  { console }: Stage,
  kind: Kind,
): Extract<OpenPage, { readonly kind: Kind }> | null {
  const step = console.step.value;
  if (step.kind !== "signed_in" || step.page.kind !== kind) return null;
  return step.page as Extract<OpenPage, { readonly kind: Kind }>;
}
