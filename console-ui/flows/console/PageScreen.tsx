import type { JSX } from "preact";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import { AccountsScreen } from "../accounts/AccountsScreen.tsx";
import { AuditScreen } from "../audit/AuditScreen.tsx";
import { AuditChainScreen } from "../audit_chain/AuditChainScreen.tsx";
import { EvidencePacksScreen } from "../evidence_packs/EvidencePacksScreen.tsx";
import { PoliciesScreen } from "../policies/PoliciesScreen.tsx";
import { ProgramsScreen } from "../programs/ProgramsScreen.tsx";
import { ProtectionScreen } from "../protection/ProtectionScreen.tsx";
import { SessionsScreen } from "../sessions/SessionsScreen.tsx";
import { HoldsScreen } from "../holds/HoldsScreen.tsx";
import { InFlightScreen } from "../in_flight/InFlightScreen.tsx";
import { OrdersScreen } from "../orders/OrdersScreen.tsx";
import { PartiesScreen } from "../parties/PartiesScreen.tsx";
import { PaymentRequestsScreen } from "../payment_requests/PaymentRequestsScreen.tsx";
import { RefundsScreen } from "../refunds/RefundsScreen.tsx";
import { TrialBalanceScreen } from "../trial_balance/TrialBalanceScreen.tsx";
import { HomeScreen } from "../home/HomeScreen.tsx";
import { ImportScreen } from "../imports/ImportScreen.tsx";
import { OrganisationsScreen } from "../organisations/OrganisationsScreen.tsx";
import { ExplanationScreen } from "../rights_explanation/ExplanationScreen.tsx";
import { RequestsScreen } from "../rights_requests/RequestsScreen.tsx";
import { RolesScreen } from "../roles/RolesScreen.tsx";
import { OwnScreen } from "../own/OwnScreen.tsx";
import { PersonsScreen } from "../persons/PersonsScreen.tsx";
import { RelativeConsentsScreen } from "../relative_consents/RelativeConsentsScreen.tsx";
import { EnrolmentsScreen } from "../terminal_enrolments/EnrolmentsScreen.tsx";
import { SettingsScreen } from "../settings/SettingsScreen.tsx";
import { TerminalsScreen } from "../terminals/TerminalsScreen.tsx";
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
    case "terminals":
      return <TerminalsScreen flow={page.flow} />;
    case "terminal-enrolments":
      return <EnrolmentsScreen flow={page.flow} />;
    case "settings":
      return <SettingsScreen flow={page.flow} />;
    case "orders":
      return <OrdersScreen flow={page.flow} />;
    case "trial-balance":
      return <TrialBalanceScreen flow={page.flow} />;
    case "parties":
      return <PartiesScreen flow={page.flow} />;
    case "refunds":
      return <RefundsScreen flow={page.flow} />;
    case "holds":
      return <HoldsScreen flow={page.flow} />;
    case "in-flight":
      return <InFlightScreen flow={page.flow} />;
    case "payment-requests":
      return <PaymentRequestsScreen flow={page.flow} />;
    case "persons":
      return <PersonsScreen flow={page.flow} />;
    case "relative-consents":
      return <RelativeConsentsScreen flow={page.flow} />;
    case "own":
      return <OwnScreen flow={page.flow} />;
    case "organisations":
      return <OrganisationsScreen flow={page.flow} />;
    case "organisation-import":
    case "terminal-import":
      return <ImportScreen flow={page.flow} />;
    case "accounts":
      return <AccountsScreen flow={page.flow} />;
    case "roles":
      return <RolesScreen flow={page.flow} />;
    case "rights-requests":
      return <RequestsScreen flow={page.flow} />;
    case "rights-explanation":
      return <ExplanationScreen flow={page.flow} />;
    case "audit":
      return <AuditScreen flow={page.flow} />;
    case "audit-chain":
      return <AuditChainScreen flow={page.flow} />;
    case "evidence-packs":
      return <EvidencePacksScreen flow={page.flow} />;
    case "policies":
      return <PoliciesScreen flow={page.flow} />;
    case "programs":
      return <ProgramsScreen flow={page.flow} />;
    case "protection":
      return <ProtectionScreen flow={page.flow} />;
    case "sessions":
      return <SessionsScreen flow={page.flow} />;
  }
}
