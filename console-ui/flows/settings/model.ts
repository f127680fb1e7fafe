import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { SettingsReply } from "../../../server/modules/settings/console/contract.ts";
import { refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type Submission, submission } from "../submission.ts";
import { type Fields, fieldsOf, parseFields, type SettingName } from "./setting_forms.ts";

export interface AskedSetting {
  readonly deed: "change" | "reset";
  readonly name: SettingName;
}

export interface SettingsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly settings: Loaded<SettingsReply>;
  /** The node whose settings are shown. */
  readonly picker: OrganisationPicker;
  readonly asked: ReadonlySignal<AskedSetting | null>;
  readonly sending: Submission;
  readonly mayChange: ReadonlySignal<boolean>;
  ask(deed: AskedSetting["deed"], name: SettingName): void;
  close(): void;
  save(fields: Fields): Promise<void>;
  reset(): Promise<void>;
}

const CHANGED_MEANWHILE = "settings.changed_meanwhile";

export const SettingsModel = createModel(function settings(context: PageContext): SettingsFlow {
  const { port, go, notify, permissions } = context;
  const organisationId = signal<string | null>(null);
  const asked = signal<AskedSetting | null>(null);
  const sending = submission();
  const picker = organisationPicker(port, {
    chose: ({ id }) => go({ section: "settings", id }),
  });
  const all = loaded<SettingsReply>(async () => {
    const id = organisationId.value;
    const query = id === null ? {} : { organisationId: id };
    const answer = await port.call("GET /settings", { query });
    if (answer.ok && id === organisationId.value) picker.show(answer.value.organisation);
    return answer;
  });

  function close(): void {
    asked.value = null;
    sending.clear();
  }

  /** What another has set meanwhile is shown in the form, beside the refusal. */
  async function done(reply: { readonly value: SettingsReply } | null, said: string) {
    if (!reply) {
      if (sending.refusal.value?.code === CHANGED_MEANWHILE) await all.refresh();
      return;
    }
    close();
    all.become(reply.value);
    notify(said);
  }

  function at(reply: SettingsReply, name: SettingName) {
    return { organisationId: reply.organisation.id, version: reply.settings[name].version };
  }

  return {
    settings: all,
    picker,
    asked,
    sending,
    mayChange: signal(permissions.has("setting.change")),
    show({ id }: Place): void {
      close();
      organisationId.value = id;
      void all.reload();
    },
    ask(deed: AskedSetting["deed"], name: SettingName): void {
      sending.clear();
      asked.value = { deed, name };
    },
    close,
    async save(fields: Fields): Promise<void> {
      const [reply, now] = [valueOf(all), asked.value];
      if (!reply || !now) return;
      const { name } = now;
      const parsed = parseFields(name, fields);
      if (!parsed) return sending.refuse({ ...refusalOf("console.setting_flaw"), detail: name });
      const before = parseFields(name, fieldsOf(reply, name));
      if (reply.settings[name].version > 0 && sameValue(before, parsed)) {
        return sending.refuse(refusalOf("console.unchanged"));
      }
      const body = { ...at(reply, name), setting: { name, value: parsed.value } };
      const saved = await sending.send(() => port.call("POST /settings", { body }));
      await done(saved, ZH.settings.saved(ZH.settings.name[name]));
    },
    async reset(): Promise<void> {
      const [reply, now] = [valueOf(all), asked.value];
      if (!reply || !now) return;
      const { name } = now;
      const body = { ...at(reply, name), name };
      const saved = await sending.send(() => port.call("POST /settings/reset", { body }));
      await done(saved, ZH.settings.resetDone(ZH.settings.name[name]));
    },
  };
});

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

export type SettingsModelInstance = Model<SettingsFlow>;
