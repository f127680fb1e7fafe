import type { JSX } from "preact";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import { AccountsScreen } from "../accounts/AccountsScreen.tsx";
import { HomeScreen } from "../home/HomeScreen.tsx";
import type { OpenPage } from "./pages.ts";

interface PageScreenProps {
  readonly page: OpenPage;
  readonly session: SessionInfo;
}

export function PageScreen({ page, session }: PageScreenProps): JSX.Element {
  switch (page.kind) {
    case "home":
      return <HomeScreen session={session} />;
    case "forbidden":
      return (
        <Page
          title={ZH.state.forbidden.title}
          lead={ZH.state.forbidden.lead(ZH.sections[page.section])}
          testId="forbidden"
        >
          <Link to={{ section: "" }}>{ZH.action.home}</Link>
        </Page>
      );
    case "unknown":
      return (
        <Page title={ZH.state.unknown.title} lead={ZH.state.unknown.lead} testId="unknown">
          <Link to={{ section: "" }}>{ZH.action.home}</Link>
        </Page>
      );
    case "accounts":
      return <AccountsScreen flow={page.flow} />;
  }
}
