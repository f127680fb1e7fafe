import { CONSENT, CONSENT_SESSION, RELATIVE_CONSENTS } from "../testing/consents.ts";
import { shownPage } from "../testing/open_page.ts";
import { HOSTILE_NAMES } from "../testing/rights.ts";
import { no, type Script, yes } from "../testing/scripted_port.ts";
import type { Stage } from "../testing/stage.ts";
import type { Scene } from "./scene.ts";

function consents(
  reply: NonNullable<Script["POST /relative-consents/search"]>,
  more: Script = {},
  act: Scene["act"] | null = null,
): Scene {
  return {
    address: "/console/relative-consents",
    script: {
      "GET /session": [yes(CONSENT_SESSION)],
      "POST /relative-consents/search": reply,
      ...more,
    },
    ...(act && { act }),
  };
}

function flowOf(stage: Stage) {
  return shownPage(stage, "relative-consents")?.flow;
}

const LISTED = yes({ consents: [...RELATIVE_CONSENTS], next: CONSENT.id });

export const CONSENT_SCENES: Readonly<Record<string, Scene>> = {
  "relative-consents": consents([LISTED]),
  "relative-consents-loading": consents(["never"]),
  "relative-consents-empty": consents([yes({ consents: [], next: null })]),
  "relative-consents-failed": consents([no("console.no_answer")]),
  "relative-consents-hostile": consents([yes({
    consents: HOSTILE_NAMES.map((text, at) => ({
      ...CONSENT,
      id: `id-${at}`,
      maskedPatientName: text,
      maskedRelativeName: text,
      institutionName: text,
      terminalNumber: text,
    })),
    next: null,
  })]),
  "relative-consent-withdraw": consents([LISTED], {}, (stage) => flowOf(stage)?.ask(CONSENT)),
  "relative-consent-over": consents(
    [LISTED],
    { "POST /relative-consents/{id}/withdraw": [no("insurance.consent_over")] },
    async (stage) => {
      flowOf(stage)?.ask(CONSENT);
      await flowOf(stage)?.withdraw("亲属本人到窗口申请");
    },
  ),
};
