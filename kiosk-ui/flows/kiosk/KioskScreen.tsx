import type { JSX } from "preact";
import type { Kiosk } from "./kiosk.ts";
import type { KioskModelInstance } from "./model.ts";
import { BillsScreen } from "../bills/BillsScreen.tsx";
import { CoverageScreen } from "../coverage/CoverageScreen.tsx";
import { AttractScreen } from "../home/AttractScreen.tsx";
import { HomeScreen } from "../home/HomeScreen.tsx";
import { ServicesScreen } from "../home/ServicesScreen.tsx";
import { IdentifyScreen } from "../identify/IdentifyScreen.tsx";
import { OrderScreen } from "../order/OrderScreen.tsx";
import { ProfileScreen } from "../profile/ProfileScreen.tsx";
import { InpatientScreen } from "../inpatient/InpatientScreen.tsx";
import { RefundScreen } from "../refund/RefundScreen.tsx";
import { RelativesScreen } from "../relatives/RelativesScreen.tsx";
import { RegisterScreen } from "../register/RegisterScreen.tsx";
import { Header } from "../../ui/Header.tsx";
import { KioskContext } from "../../ui/kiosk_context.ts";
import { OverlayDialog } from "./OverlayDialog.tsx";
import {
  CardLeftScreen,
  CardRetainedScreen,
  FarewellScreen,
  StartingScreen,
  SuspendedScreen,
  UnreachableScreen,
} from "./StateScreens.tsx";

export function KioskScreen({ kiosk }: { readonly kiosk: KioskModelInstance }): JSX.Element {
  const attract = kiosk.step.value.kind === "attract";
  return (
    <KioskContext.Provider value={kiosk}>
      <div class="kiosk">
        {!attract && <Header />}
        <StepScreen kiosk={kiosk} />
      </div>
      <OverlayDialog />
    </KioskContext.Provider>
  );
}

function StepScreen({ kiosk }: { readonly kiosk: Kiosk }): JSX.Element {
  const step = kiosk.step.value;
  switch (step.kind) {
    case "starting":
      return <StartingScreen />;
    case "unreachable":
      return <UnreachableScreen until={step.until} />;
    case "suspended":
      return <SuspendedScreen />;
    case "attract":
      return <AttractScreen />;
    case "home":
      return <HomeScreen />;
    case "identify":
      return <IdentifyScreen flow={step.flow} again={step.again} />;
    case "profile":
      return <ProfileScreen flow={step.flow} patient={step.patient} />;
    case "coverage":
      return <CoverageScreen session={step.session} />;
    case "services":
      return <ServicesScreen session={step.session} />;
    case "bills":
      return <BillsScreen flow={step.flow} session={step.session} />;
    case "register":
      return <RegisterScreen flow={step.flow} session={step.session} />;
    case "order":
      return <OrderScreen stage={step} />;
    case "refund":
      return <RefundScreen flow={step.flow} />;
    case "inpatient":
      return <InpatientScreen flow={step.flow} />;
    case "relatives":
      return <RelativesScreen flow={step.flow} held={step.held} />;
    case "farewell":
      return <FarewellScreen step={step} />;
    case "card_left":
      return <CardLeftScreen />;
    case "card_retained":
      return <CardRetainedScreen number={step.number} until={step.until} />;
  }
}
