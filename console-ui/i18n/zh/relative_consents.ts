export const RELATIVE_CONSENT_WORDS = {
  title: "共济授权",
  lead:
    "亲属同意患者使用自己的医保个人账户付款（家庭共济）。按证件号码查询会记入审计日志；号码不会留在网址和浏览记录里。",
  filter: {
    idNumber: "患者或亲属的证件号码",
    idNumberHint: "须输入完整号码",
    state: "状态",
    all: "全部",
  },
  none: "没有共济授权。请核对号码是否完整；也可能不是在您管理的机构办理的。",
  columns: {
    givenAt: "授权时间",
    patient: "患者",
    relative: "亲属（与患者关系）",
    where: "办理机构和终端",
    until: "有效期至",
    state: "状态",
    deed: "操作",
  },
  relation: {
    spouse: "配偶",
    parent: "父母",
    child: "子女",
    grandparent: "祖父母、外祖父母",
    grandchild: "孙子女、外孙子女",
    sibling: "兄弟姐妹",
  },
  relative: (name: string, relation: string) => `${name}（${relation}）`,
  shown: (medium: string) => `出示${medium}`,
  terminal: (number: string) => `终端 ${number}`,
  state: { in_force: "有效", withdrawn: "已撤回", expired: "已到期" },
  withdrawnBy: {
    people: (at: string) => `${at} 由本人在终端撤回`,
    staff: (at: string, name: string) => `${at} 由 ${name} 代办撤回`,
  },
  another: "工作人员",
  withdraw: "撤回",
  withdrawTitle: "代办撤回共济授权",
  withdrawLead:
    "患者或亲属本人到窗口要求撤回时使用，请先核对本人证件。撤回后患者不能再用这位亲属的个人账户；已经结算的不受影响。撤回不能恢复，需要时请亲属到终端重新授权。",
  reason: "谁要求撤回，核对了什么",
  withdrawn: "已撤回",
} as const;

export const RELATIVE_CONSENT_PROBLEMS: Readonly<Record<string, string>> = {
  "insurance.not_found": "没有这份共济授权，或者它不归您管",
  "insurance.consent_over": "这份授权已经到期，不需要撤回",
};
