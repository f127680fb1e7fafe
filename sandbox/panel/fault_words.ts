import type { Fault, SandboxParty } from "../faults.ts";

export const PARTY_NAMES: Readonly<Record<SandboxParty, string>> = {
  his: "医院 HIS",
  insurance: "医保平台",
  citizen_code: "电子凭证解码",
  aggregate_pay: "聚合支付银行",
  mobile_insurance: "医保移动支付",
  card_host: "银行卡主机",
};

/** The calls a tester most often wants to disturb, by party. */
export const CALL_NAMES: Readonly<Record<SandboxParty, Readonly<Record<string, string>>>> = {
  his: {
    find_patient: "查档案",
    create_patient: "建档",
    bills: "查缴费单",
    departments: "科室",
    schedules: "排班",
    slots: "号源",
    hold: "锁号",
    release: "放号",
    post: "入账",
    find_posting: "查入账",
    cancel: "取消入账",
    presettle_claim: "医保预结算",
    settle_claim: "医保结算",
    find_claim: "查医保结算",
    void_claim: "撤销医保结算",
    release_claim: "取消医保登记",
    inpatient_account: "查住院账户",
    return_deposit: "退预交金",
  },
  insurance: {
    "9001": "签到",
    "1101": "人员信息",
    "1162": "电子凭证解码",
    "2201": "挂号登记",
    "2203": "就诊信息",
    "2204": "费用上传",
    "2206": "预结算",
    "2207": "结算",
    "2208": "撤销结算",
    "2601": "冲正",
    "5203": "查结算",
  },
  citizen_code: {
    decode: "解码",
    pay: "消费码付款",
    query: "查订单",
    close: "关单",
    refund: "退款",
    query_refund: "查退款",
  },
  aggregate_pay: {
    precreate: "出码",
    micropay: "扫付款码",
    query: "查订单",
    close: "关单",
    revoke: "撤销",
    refund: "退款",
    query_refund: "查退款",
    pay: "顾客付款",
    notify: "支付通知",
    bill: "对账文件",
  },
  card_host: {
    sign_in: "签到",
    echo: "线路测试",
    sale: "消费",
    balance: "查余额",
    reversal: "冲正",
    void: "撤销",
    refund: "退货",
    settle: "批结算",
  },
  mobile_insurance: {
    "6201": "费用上传",
    "6202": "支付下单",
    "6203": "医保退费",
    "6301": "查订单",
    "6401": "费用撤销",
    notify: "结果通知",
    place: "钱包下单",
    query: "钱包查询",
    close: "钱包关单",
    refund: "钱包退款",
    query_refund: "钱包查退款",
    report_refund: "医保退费通知钱包",
  },
};

export const FAULT_NAMES: Readonly<Record<Fault["kind"], string>> = {
  delay: "变慢",
  lose_request: "请求丢失（对方没收到）",
  lose_answer: "应答丢失（对方已办，我方不知）",
  refuse: "明确拒绝",
  gateway_error: "网关报错（HTTP 200）",
  duplicate_notify: "重复通知",
  late_notify: "通知迟到",
  duplicate_answer: "重复应答",
  late_answer: "应答迟到",
  wrong_mac: "应答校验码错",
  wrong_amount: "金额不符",
  slow_refund: "退款处理中",
  account_closed: "原付款账户已注销",
  early_notify: "通知早于应答",
  exp: "退费答复 EXP（其实已退）",
  no_amounts: "状态不明且没有金额",
  settle_differs: "结算与预结算不同",
};

/** The parameter a fault takes: its field, what it is called, and a first value. */
export const FAULT_FIELDS: Readonly<
  Partial<Record<Fault["kind"], { field: "ms" | "byFen" | "text"; name: string; first: string }>>
> = {
  delay: { field: "ms", name: "毫秒", first: "5000" },
  refuse: { field: "text", name: "拒绝原因", first: "系统维护，请稍后再试" },
  late_notify: { field: "ms", name: "毫秒", first: "60000" },
  late_answer: { field: "ms", name: "毫秒", first: "60000" },
  slow_refund: { field: "ms", name: "毫秒", first: "60000" },
  wrong_amount: { field: "byFen", name: "差额（分）", first: "100" },
  settle_differs: { field: "byFen", name: "现金差额（分）", first: "500" },
};

export function describeFault(fault: Fault): string {
  const name = FAULT_NAMES[fault.kind];
  if ("ms" in fault) return `${name} ${fault.ms / 1_000} 秒`;
  if ("byFen" in fault) return `${name} ${fault.byFen > 0 ? "+" : ""}${fault.byFen} 分`;
  return "text" in fault ? `${name}：${fault.text}` : name;
}
