import type { CityPerson, InsuranceRow, PersonStory } from "./city.ts";

/** What a story fixes about its person; everything else is as with anybody. */
export interface StoryPlan extends PersonStory {
  readonly name: string;
  readonly birth: string;
  readonly gender: CityPerson["gender"];
  readonly card: "1.00" | "2.00" | "3.00" | null;
  readonly codes: readonly (keyof CityPerson["codes"])[];
  readonly insurance: readonly InsuranceRow[];
  readonly hasHisRecord: boolean;
  readonly idCardValidUntil: string;
}

const LONG_VALID = "20400101";

function employee(balanceFen: bigint): InsuranceRow {
  return { insutype: "310", psnType: "1101", status: "1", insuplcAdmdvs: "441900", balanceFen };
}

function resident(psnType: string): InsuranceRow {
  return { insutype: "390", psnType, status: "1", insuplcAdmdvs: "441900", balanceFen: 0n };
}

const ALL_CODES = ["insuranceVoucher", "essc", "health"] as const;

/** Everybody's start; a story names what differs. */
const USUAL = {
  gender: "1",
  card: "3.00",
  codes: ALL_CODES,
  insurance: [employee(86_240n)],
  hasHisRecord: true,
  idCardValidUntil: LONG_VALID,
} as const satisfies Partial<StoryPlan>;

/** 工伤: pays wholly what the injury cost. */
const HURT_AT_WORK: InsuranceRow = {
  insutype: "410",
  psnType: "1101",
  status: "1",
  insuplcAdmdvs: "441900",
  balanceFen: 0n,
};

/** 兵团: insured in Xinjiang by the Production and Construction Corps. */
const OF_THE_CORPS: InsuranceRow = {
  ...HURT_AT_WORK,
  insutype: "399",
  insuplcAdmdvs: "660100",
};

export const STORIES: readonly StoryPlan[] = [
  {
    ...USUAL,
    id: "two_bills",
    title: "三代卡，两张待缴费单",
    tells: "插入或轻触社保卡，选两张单合并结算，职工医保统筹和个账先付，余下扫码支付。",
    name: "陈嘉明",
    birth: "1985-03-12",
    insurance: [employee(1_850n)],
  },
  {
    ...USUAL,
    id: "one_bill_resident",
    title: "居民医保，一张单",
    tells: "城乡居民医保没有个人账户，统筹支付后余下全部扫码。",
    name: "何秀珍",
    gender: "2",
    birth: "1956-11-02",
    insurance: [resident("1601")],
  },
  {
    ...USUAL,
    id: "self_pay",
    title: "未参保，自费",
    tells: "刷身份证登录，医保查不到参保信息，全部自费扫码支付。",
    name: "卢志强",
    birth: "1991-07-25",
    card: null,
    codes: ["health"],
    insurance: [],
  },
  {
    ...USUAL,
    id: "no_his_record",
    title: "首次就诊，无档案",
    tells: "刷身份证后提示没有档案，可当场实名建档，手机号用键盘输入。",
    name: "黎晓彤",
    gender: "2",
    birth: "2001-05-18",
    hasHisRecord: false,
  },
  {
    ...USUAL,
    id: "habit",
    title: "常看同一位医生",
    tells: "登录后进入挂号，首页出现常挂医生，一键挂号。",
    name: "温伯年",
    birth: "1949-02-09",
    insurance: [{ ...employee(215_630n), psnType: "1201" }],
  },
  {
    ...USUAL,
    id: "all_fund",
    title: "统筹加个账全付，现金为零",
    tells: "个人账户余额充足，预结算后个人现金为零，不出现付款码。",
    name: "叶国荣",
    birth: "1978-09-30",
    insurance: [employee(1_268_800n)],
  },
  {
    ...USUAL,
    id: "no_bills",
    title: "没有待缴费单",
    tells: "登录后显示没有待缴费用，可以转去挂号。",
    name: "袁美玲",
    gender: "2",
    birth: "1988-12-05",
  },
  {
    ...USUAL,
    id: "insurance_suspended",
    title: "医保已暂停",
    tells: "职工医保处于暂停状态，说明原因并提供自费缴费。",
    name: "莫家辉",
    birth: "1982-04-21",
    insurance: [{ ...employee(4_300n), status: "2" }],
  },
  {
    ...USUAL,
    id: "many_bills",
    title: "很多待缴费单",
    tells: "十二张单，列表可以翻页，逐张或全部选择。",
    name: "邓惠芳",
    gender: "2",
    birth: "1963-08-16",
    insurance: [{ ...employee(52_000n), psnType: "1201" }, { ...resident("1501"), status: "2" }],
  },
  {
    ...USUAL,
    id: "card_v2",
    title: "二代社保卡",
    tells: "二代卡只能插卡，不能轻触。",
    name: "尹景生",
    birth: "1970-01-27",
    card: "2.00",
  },
  {
    ...USUAL,
    id: "foreign_card",
    title: "外地的社保卡",
    tells: "插入后本地医保和医院都查不到，屏幕说明不认识这张卡，请换身份证或找工作人员。",
    name: "骆远航",
    birth: "1994-03-03",
    codes: [],
    insurance: [],
    hasHisRecord: false,
  },
  {
    ...USUAL,
    id: "expired_card",
    title: "身份证已过期",
    tells: "刷身份证提示证件已过有效期，请用社保卡或到窗口。",
    name: "梁少雄",
    birth: "1959-06-11",
    idCardValidUntil: "20230430",
  },
  {
    ...USUAL,
    id: "e_voucher",
    title: "医保电子凭证，没带卡",
    tells: "扫医保电子凭证登录并用医保结算。",
    name: "蔡雨晴",
    gender: "2",
    birth: "1996-10-08",
    card: null,
  },
  {
    ...USUAL,
    id: "health_code",
    title: "电子健康码",
    tells: "扫健康码或电子社保卡登录。",
    name: "罗子健",
    birth: "1993-03-03",
    card: null,
    codes: ["essc", "health"],
    insurance: [resident("1501")],
  },
];

/** Numbered after everybody else, so that those of before stay who they were. */
export const LATER_STORIES: readonly StoryPlan[] = [
  {
    ...USUAL,
    id: "work_injury",
    title: "工伤人员",
    tells: "刷脸登录后选择工伤保险结算，由工伤基金全额支付，收单方为工伤系统。",
    name: "钟国栋",
    birth: "1987-06-19",
    insurance: [employee(40_000n), HURT_AT_WORK],
  },
  {
    ...USUAL,
    id: "corps",
    title: "兵团人员",
    tells: "参保地在新疆生产建设兵团，刷脸登录，按兵团险种结算，余下扫码支付。",
    name: "马晓疆",
    birth: "1974-02-23",
    insurance: [OF_THE_CORPS],
  },
];
