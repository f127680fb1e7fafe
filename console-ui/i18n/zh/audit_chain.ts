import { countText } from "../count.ts";

/** Checks of the chain. */
export const CHECK_WORDS = {
  lead:
    "重算每条记录的摘要、链接和检查点签名，逐处指出不符。由后台执行，不影响终端办理业务，可以离开本页。全平台同时只能有一次校验。",
  add: "发起校验",
  formTitle: "发起校验",
  formLead:
    "不填日期就校验全部记录。填了日期，从开始日期的第一个检查点校验到结束日期之后的第一个检查点。",
  from: "开始日期（可不填）",
  to: "结束日期（可不填）",
  send: "开始校验",
  started: "已发起校验",
  cancel: "停止校验",
  cancelled: "已停止校验",
  underWay: "一次校验正在进行，结束后才能再次发起。",
  follow: "查看进度",
  none: "还没有在控制台发起过校验",
  back: "返回校验列表",
  listCaption: "发起过的校验",
  columns: {
    span: "范围",
    state: "状态",
    requested: "发起人和时间",
    ended: "结束时间",
    links: "已校验",
    look: "详情",
  },
  look: "查看",
  lookAt: (at: string) => `查看 ${at} 发起的校验`,
  everything: "全部记录",
  span: (from: string, to: string) => `${from} 至 ${to}`,
  beginning: "最早的记录",
  now: "最新的记录",
  state: {
    waiting: "排队中",
    running: "校验中",
    intact: "链完好",
    broken: "链有断点",
    cancelled: "已停止",
    interrupted: "中断",
    failed: "没有做成",
  },
  explained: {
    waiting: "等待后台执行，一般在一分钟内开始。",
    running: "离开本页也会继续。",
    intact: "范围内的每条记录、每个链接和每个检查点签名都相符。",
    broken: "下列各处与签名的链不符。请先保存数据库副本和锚文件，再核查是谁、何时改动。",
    cancelled: "校验被停止，没有结论。",
    interrupted: "执行校验的进程中断，没有结论。请重新发起。",
    failed:
      "校验因平台自身的错误没有做完，没有结论。请重新发起；仍不成功时请维护人员查看服务器日志。",
  },
  title: "校验情况",
  field: {
    state: "状态",
    span: "范围",
    requestedBy: "发起人",
    requestedAt: "发起时间",
    endedAt: "结束时间",
    links: "已校验记录",
    checkpoints: "已核对检查点",
  },
  links: (count: number) => `${countText(count)} 条`,
  linksOf: (done: number, all: number) => `${countText(done)} 条，全链约 ${countText(all)} 条`,
  checkpoints: (count: number) => `${countText(count)} 个`,
  bar: "校验进度",
  faults: "不符之处",
  faultsLead: (count: number, isAll: boolean) =>
    isAll
      ? `共 ${count} 处。`
      : `列出前 ${count} 处，可能还有更多；全部的请执行 yikatong audit verify。`,
} as const;

/** Checkpoints for the owner of a second key. */
export const COUNTERSIGN_WORDS = {
  lead:
    "另一家单位用自己的 SM2 密钥会签检查点，可防止本平台的人员整体重写审计链。私钥始终留在对方那里，这里只交签名和公钥。",
  number: "检查点号码（不填为最新）",
  text: "第一步：把检查点交给对方",
  textLead: "对方签的是这份原文，一个字节都不能多、不能少。请下载文件交给对方，不要用编辑器另存。",
  field: { number: "号码", at: "平台签名时间", digest: "SM3 摘要", signed: "已有会签" },
  numberOf: (number: number) => `第 ${countText(number)} 号`,
  notSigned: "还没有会签",
  signedAt: (at: string) => `${at} 记入`,
  keyDigest: "公钥 SM3",
  body: "检查点原文",
  copied: "已复制",
  fileName: (number: number) => `checkpoint-${number}.txt`,
  commands: "第二步：对方在自己的机器上签名",
  withYikatong: "用 yikatong：",
  withOpenssl: "或者用 OpenSSL 3：",
  encode: "把签名转成可以粘贴的文字，并导出公钥：",
  hand: "第三步：记入签名",
  handLead: "提交前要再次验证您的身份。平台核对签名后记入，并留下审计记录。",
  party: "会签单位",
  partyHint: "以后每次校验和证据包都会列出这个名称",
  publicKey: "对方的公钥（PEM）",
  signature: "签名（Base64）",
  send: "记入会签",
  kept: (party: string) => `已记入${party}的会签`,
} as const;
