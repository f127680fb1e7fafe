import type { TaggedTable } from "../../platform/tagged_table.ts";

export interface SettingsTables {
  setting: {
    scope_id: string;
    name: string;
    value: string;
    changed_at: Date;
    /** Null on rows of before there were tags. */
    tag: Uint8Array | null;
  };
}

export const SETTING_TAGGED = {
  table: "setting",
  key: ["scope_id", "name"],
  columns: ["scope_id", "name", "value", "changed_at"],
  madeAt: "changed_at",
} as const satisfies TaggedTable<keyof SettingsTables["setting"]>;
