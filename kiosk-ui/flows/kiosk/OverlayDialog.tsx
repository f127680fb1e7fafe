import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { AttentionPicture, CardPicture, StaffPicture, WaitPicture } from "../../ui/Pictograms.tsx";
import type { Overlay, StaffCall } from "./step.ts";

export function OverlayDialog(): JSX.Element | null {
  const { overlay } = useKiosk();
  const shown = overlay.value;
  switch (shown.kind) {
    case "none":
      return null;
    case "idle":
      return <IdleDialog endsAt={shown.endsAt} />;
    case "card_pulled":
      return <CardPulledDialog />;
    case "leave":
      return <LeaveDialog />;
    case "staff":
      return <StaffDialog call={shown.call} />;
  }
}

interface DialogProps {
  readonly name: Overlay["kind"];
  readonly title: string;
  readonly lead: string;
  readonly picture: JSX.Element;
  readonly children: ComponentChildren;
}

function Dialog(props: DialogProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [props.name]);
  return (
    <div class="veil" data-testid="overlay" data-overlay={props.name}>
      <div
        class="dialog"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="dialog-title"
        aria-describedby="dialog-lead"
        tabIndex={-1}
        ref={box}
      >
        <div class="dialog-picture">{props.picture}</div>
        <h2 id="dialog-title">{props.title}</h2>
        <p id="dialog-lead" class="lead">{props.lead}</p>
        {props.children}
      </div>
    </div>
  );
}

function IdleDialog({ endsAt }: { readonly endsAt: number }): JSX.Element {
  const kiosk = useKiosk();
  const { title, lead } = ZH.overlay.idle;
  return (
    <Dialog name="idle" title={title} lead={lead} picture={<WaitPicture />}>
      <CountdownRing until={endsAt} />
      <p class="soft-text">{ZH.overlay.idle.ends}</p>
      <div class="dialog-actions">
        <Button testId="idle-end" onPress={() => kiosk.end()}>{ZH.action.leave}</Button>
        <Button kind="primary" testId="idle-stay" onPress={() => kiosk.stay()}>
          {ZH.action.stay}
        </Button>
      </div>
    </Dialog>
  );
}

function CardPulledDialog(): JSX.Element {
  const kiosk = useKiosk();
  const { title, lead, stay, end } = ZH.overlay.cardPulled;
  return (
    <Dialog name="card_pulled" title={title} lead={lead} picture={<CardPicture />}>
      <div class="dialog-actions">
        <Button testId="pulled-end" onPress={() => kiosk.end()}>{end}</Button>
        <Button kind="primary" testId="pulled-stay" onPress={() => kiosk.stay()}>{stay}</Button>
      </div>
    </Dialog>
  );
}

function LeaveDialog(): JSX.Element {
  const kiosk = useKiosk();
  const { title, lead, stay, go } = ZH.overlay.leave;
  return (
    <Dialog name="leave" title={title} lead={lead} picture={<AttentionPicture />}>
      <div class="dialog-actions">
        <Button testId="leave-go" onPress={() => kiosk.end()}>{go}</Button>
        <Button kind="primary" testId="leave-stay" onPress={() => kiosk.stay()}>{stay}</Button>
      </div>
    </Dialog>
  );
}

function StaffDialog({ call }: { readonly call: StaffCall }): JSX.Element {
  const kiosk = useKiosk();
  const words = ZH.overlay.staff;
  const phone = kiosk.settings.value?.institution.staffPhone ?? "";
  const { title, lead } = call.kind === "calling"
    ? { title: words.calling, lead: ZH.starting.lead }
    : call.kind === "called"
    ? { title: words.called, lead: words.calledLead }
    : { title: words.notCalled, lead: words.notCalledLead(phone) };
  return (
    <Dialog name="staff" title={title} lead={lead} picture={<StaffPicture />}>
      {call.kind === "called" && <p class="call-number" data-testid="call-number">{call.number}</p>}
      <div class="dialog-actions">
        <Button kind="primary" testId="staff-close" onPress={() => kiosk.closeOverlay()}>
          {words.close}
        </Button>
      </div>
    </Dialog>
  );
}
