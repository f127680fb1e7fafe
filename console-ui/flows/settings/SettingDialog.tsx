import type { JSX } from "preact";
import type { SettingsReply } from "../../../server/modules/settings/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { AskForm } from "../../ui/AskForm.tsx";
import { DialogBox } from "../../ui/DialogBox.tsx";
import type { AskedSetting, SettingsModelInstance } from "./model.ts";
import { fieldsOf, inheritedFieldsOf, type SettingName } from "./setting_forms.ts";
import { settingText } from "./setting_text.ts";
import { SettingFields } from "./SettingFields.tsx";

const WORDS = ZH.settings;

interface SettingDialogProps {
  readonly flow: SettingsModelInstance;
  readonly asked: AskedSetting;
  readonly reply: SettingsReply;
}

const WIDE: ReadonlySet<SettingName> = new Set([
  "checkout.profile",
  "kiosk.brand",
  "payment.merchants",
]);

export function SettingDialog(
  { flow, asked: { deed, name }, reply }: SettingDialogProps,
): JSX.Element {
  const { organisation, settings } = reply;
  const title = WORDS.name[name];
  const isChange = deed === "change";
  const content = isChange
    ? (
      <AskForm
        // Begins anew when somebody else has set it meanwhile.
        key={settings[name].version}
        lead={WORDS.formLead(title, organisation.name)}
        send={WORDS.save}
        sending={flow.sending}
        onSend={(fields) => void flow.save(fields)}
        onClose={flow.close}
      >
        <SettingFields name={name} fields={fieldsOf(reply, name)} />
      </AskForm>
    )
    : (
      <AskForm
        lead={resetLead(reply, name)}
        send={WORDS.reset}
        sending={flow.sending}
        onSend={() => void flow.reset()}
        onClose={flow.close}
      />
    );
  const view = {
    title: isChange ? WORDS.changeOf(title) : WORDS.resetOf(title),
    content,
    isWide: isChange && WIDE.has(name),
  };
  return <DialogBox view={view} testId={`setting-${deed}`} onClose={flow.close} />;
}

function resetLead(reply: SettingsReply, name: SettingName): string {
  const { level, name: above } = reply.settings[name].inherited.from;
  const from = WORDS.inherited(WORDS.level[level], above);
  const text = settingText(name, inheritedFieldsOf(reply, name));
  return WORDS.resetLead({
    name: WORDS.name[name],
    organisation: reply.organisation.name,
    text,
    from,
  });
}
