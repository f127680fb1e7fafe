export interface SettingsTables {
  setting: { scope_id: string; name: string; value: string; changed_at: Date };
}
