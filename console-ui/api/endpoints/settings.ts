import type {
  ChangeSettingBody,
  ResetSettingBody,
  SettingsQuery,
  SettingsReply,
  SettingValues,
} from "../../../server/modules/settings/console/contract.ts";
import type { Asks, Endpoint, Sends } from "../endpoint.ts";

/** Name and value belong together; the platform refuses any that do not. */
interface ChangeSetting extends Omit<ChangeSettingBody, "setting"> {
  readonly setting: {
    readonly name: keyof SettingValues;
    readonly value: SettingValues[keyof SettingValues];
  };
}

/** What holds at a node of the tree. */
export interface SettingEndpoints {
  readonly "GET /settings": Endpoint<Asks<SettingsQuery>, SettingsReply>;
  readonly "POST /settings": Endpoint<Sends<ChangeSetting>, SettingsReply>;
  readonly "POST /settings/reset": Endpoint<Sends<ResetSettingBody>, SettingsReply>;
}
