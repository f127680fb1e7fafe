/** What the platform does by itself, as its events name it. */
const JOBS: ReadonlyMap<string, string> = new Map([
  ["accounts", "账号到期检查"],
  ["audit", "审计入链"],
  ["audit_export", "审计导出清理"],
  ["audit_verify", "审计链自动校验"],
  ["integrity", "完整性自动检查"],
  ["orders", "订单处理"],
  ["payment_notices", "付款通知处理"],
  ["policy", "安全策略读取"],
  ["program_keys", "程序密钥到期检查"],
  ["reseal", "自动重新加密"],
  ["rights", "授权到期检查"],
  ["roles", "内置角色更新"],
  ["serve", "平台启动"],
  ["settings", "参数读取"],
]);

/** A job in words; one that is not known keeps its name. */
export function jobName(name: string): string {
  return JOBS.get(name) ?? name;
}
