/**
 * What an account may be allowed to do, and whose duty it may be part of. The three administrators
 * exclude each other (三权分立, GB/T 22239-2019 8.1.4.2 d and 8.1.5); everybody else works under
 * `business`. The database keeps it: a grant joins an account and a role of one duty.
 */

export const DUTIES = ["system", "security", "audit", "business"] as const;

export type Duty = typeof DUTIES[number];

interface PermissionKind {
  /** Chinese, for those who grant it. */
  readonly title: string;
  /** Of which duties a role with it may be. */
  readonly duties: readonly Duty[];
}

const EVERYBODY = DUTIES;

export const PERMISSIONS = {
  "organisation.read": { title: "查看机构", duties: EVERYBODY },
  "organisation.change": { title: "新增、修改、导入机构", duties: ["system"] },
  "account.read": { title: "查看账号", duties: ["system", "security", "audit"] },
  "account.change": { title: "新增、修改、启停、注销账号，重置口令", duties: ["system"] },
  "program.change": { title: "管理程序账号的密钥", duties: ["system"] },
  "rights.read": { title: "查看角色、授权和申请", duties: ["system", "security", "audit"] },
  "rights.request": { title: "申请授予或收回权限", duties: ["system", "business"] },
  "rights.approve": { title: "审批权限申请", duties: ["security"] },
  "role.change": { title: "新增、修改、删除角色", duties: ["security"] },
  "policy.read": { title: "查看安全策略", duties: ["system", "security", "audit"] },
  "policy.change": { title: "修改安全策略", duties: ["security"] },
  "session.read": { title: "查看在线会话", duties: ["security", "audit"] },
  "session.end": { title: "结束他人会话、解除锁定", duties: ["security"] },
  "factor.reset": { title: "清除他人的第二因素", duties: ["security"] },
  "integrity.read": { title: "查看数据完整性和密钥状态", duties: ["security", "audit"] },
  "integrity.check": { title: "检查数据完整性、重新加密", duties: ["security"] },
  "setting.read": { title: "查看参数", duties: ["system", "security", "audit", "business"] },
  "setting.change": { title: "修改参数", duties: ["system"] },
  "metrics.read": { title: "读取平台运行指标", duties: ["system", "business"] },
  "terminal.read": { title: "查看终端", duties: ["system", "audit", "business"] },
  "terminal.change": { title: "登记、导入终端", duties: ["system"] },
  "terminal.approve": { title: "批准、吊销终端", duties: ["system"] },
  "person.read": { title: "查询个人信息（掩码）", duties: ["business"] },
  "person.reveal": { title: "查看个人信息明文", duties: ["business"] },
  "person.export": { title: "导出本人个人信息", duties: ["business"] },
  "person.erase": { title: "删除个人信息", duties: ["business"] },
  "order.read": { title: "查看订单和未入账款", duties: ["business"] },
  "relative.read": { title: "查看共济授权", duties: ["business"] },
  "relative.withdraw": { title: "代办撤回共济授权", duties: ["business"] },
  "payment.request": { title: "医院系统发起、查询、撤回付款请求", duties: ["business"] },
  "refund.read": { title: "查看退费", duties: ["business"] },
  "refund.request": { title: "办理退费，申请人工处理", duties: ["business"] },
  "refund.approve": { title: "审批退费和人工处理", duties: ["business"] },
  "order.work": { title: "处理异常订单：立即查询、申请关闭或登记结果", duties: ["business"] },
  "order.approve": { title: "审批异常订单的关闭和登记结果", duties: ["business"] },
  "party.read": { title: "查看渠道状态", duties: ["system", "business"] },
  "ledger.read": { title: "查看试算平衡和分录", duties: ["business"] },
  "audit.read": { title: "查询审计记录", duties: ["audit"] },
  "audit.export": { title: "导出审计记录和等保证据包", duties: ["audit"] },
  "audit.verify": { title: "校验审计链", duties: ["audit"] },
  "audit.countersign": { title: "记入第二方对检查点的会签", duties: ["audit"] },
  "audit.delete": { title: "申请、确认删除已归档的审计记录", duties: ["audit"] },
} as const satisfies Readonly<Record<string, PermissionKind>>;

export type Permission = keyof typeof PERMISSIONS;

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(PERMISSIONS, text);
}

export function mayHold(duty: Duty, permission: Permission): boolean {
  const { duties }: PermissionKind = PERMISSIONS[permission];
  return duties.includes(duty);
}
