import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import type { Place, PlaceGiven } from "../../place.ts";
import { AccountsModel, type AccountsModelInstance } from "../accounts/model.ts";
import type { FlowContext } from "../context.ts";
import { findSection, isOpenFor, type SectionName } from "./sections.ts";

/** What every page is given beside the port. */
export interface PageContext extends FlowContext {
  readonly session: SessionInfo;
  readonly permissions: ReadonlySet<string>;
  readonly go: (place: PlaceGiven, how?: { readonly replace?: boolean }) => void;
  /** Said once, at the edge of the screen. */
  readonly notify: (text: string) => void;
}

/** A page's model; it follows what the address says about its own section. */
export interface PageFlow extends Disposable {
  show(place: Place): void;
}

export type OpenPage =
  | { readonly kind: "home" }
  | { readonly kind: "forbidden"; readonly section: SectionName }
  | { readonly kind: "unknown" }
  | { readonly kind: "accounts"; readonly flow: AccountsModelInstance };

export function openPage({ section: name }: Place, context: PageContext): OpenPage {
  if (name === "") return { kind: "home" };
  const section = findSection(name);
  if (!section) return { kind: "unknown" };
  if (!isOpenFor(section, context.permissions)) {
    return { kind: "forbidden", section: section.name };
  }
  switch (section.name) {
    case "accounts":
      return { kind: "accounts", flow: new AccountsModel(context) };
  }
}

export function flowOf(page: OpenPage): PageFlow | null {
  return "flow" in page ? page.flow : null;
}
