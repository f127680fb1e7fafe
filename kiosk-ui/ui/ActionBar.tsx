import type { ComponentChildren, JSX } from "preact";
import type { CallStaffBody } from "../../server/modules/fleet/contract.ts";
import { ZH } from "../i18n/zh.ts";
import { Button, type ButtonProps } from "./Button.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { BackPicture, StaffPicture } from "./Pictograms.tsx";

/** Bottom of every screen: back, call staff, go on; always in these places. */
export interface Actions {
  /** Null where there is nothing to go back to; `leave` ends the session. */
  readonly back?: "back" | "leave" | { readonly name: string; readonly onPress: () => void };
  readonly callReason?: CallStaffBody["reason"];
  readonly primary?: Omit<ButtonProps, "kind"> | undefined;
  /** Instead of a primary action: words. */
  readonly note?: ComponentChildren;
}

export function ActionBar({ back, callReason = "help", primary, note }: Actions): JSX.Element {
  const kiosk = useKiosk();
  return (
    <footer class="actions" data-testid="actions">
      <div class="actions-back">{back && <BackButton back={back} />}</div>
      <Button
        kind="quiet"
        testId="call-staff"
        picture={<StaffPicture />}
        onPress={() => void kiosk.callStaff(callReason)}
      >
        {ZH.action.staff}
      </Button>
      <div class="actions-primary">
        {primary ? <Button {...primary} kind="primary" /> : note && <p>{note}</p>}
      </div>
    </footer>
  );
}

function BackButton({ back }: { readonly back: NonNullable<Actions["back"]> }): JSX.Element {
  const kiosk = useKiosk();
  if (back === "leave") {
    return <Button testId="leave" onPress={() => kiosk.leave()}>{ZH.action.leave}</Button>;
  }
  const { name, onPress } = back === "back"
    ? { name: ZH.action.back, onPress: () => kiosk.back() }
    : back;
  return <Button testId="back" picture={<BackPicture />} onPress={onPress}>{name}</Button>;
}
