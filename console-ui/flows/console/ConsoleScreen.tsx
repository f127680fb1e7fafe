import type { JSX } from "preact";
import { problemText, traceText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { CONSOLE } from "../../ui/console_context.ts";
import { Button, CustomProvider, zhCN } from "../../ui/library.ts";
import { Notices } from "../../ui/Notices.tsx";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { ConfirmDialog } from "../confirm/ConfirmDialog.tsx";
import { SignInScreen } from "../sign_in/SignInScreen.tsx";
import type { ConsoleModelInstance } from "./model.ts";
import { Shell } from "./Shell.tsx";

/** The whole console: a function of the model's step. */
export function ConsoleScreen(
  { console }: { readonly console: ConsoleModelInstance },
): JSX.Element {
  const confirming = console.confirming.value;
  return (
    <CustomProvider locale={zhCN} disableInlineStyles>
      <CONSOLE.Provider value={console}>
        <Screen console={console} />
        {confirming && <ConfirmDialog flow={confirming} />}
        <Notices console={console} />
      </CONSOLE.Provider>
    </CustomProvider>
  );
}

function Screen({ console }: { readonly console: ConsoleModelInstance }): JSX.Element {
  const step = console.step.value;
  switch (step.kind) {
    case "starting":
      return (
        <main class="alone">
          <LoadingBox />
        </main>
      );
    case "unreachable":
      return (
        <main class="alone" data-testid="unreachable">
          <div class="state-box" role="alert">
            <StepTitle title={ZH.state.unreachable.title} />
            <p>{problemText(step.refusal)}</p>
            {traceText(step.refusal) !== null && <p class="trace">{traceText(step.refusal)}</p>}
            <Button appearance="primary" onClick={() => void console.start()} data-testid="again">
              {ZH.action.again}
            </Button>
          </div>
        </main>
      );
    case "signing_in":
      return <SignInScreen flow={step.flow} ended={step.ended} />;
    case "signed_in":
      return <Shell console={console} step={step} />;
  }
}
