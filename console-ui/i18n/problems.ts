import { NO_ANSWER, OUTCOME_UNKNOWN, type Refusal } from "../api/answer.ts";
import { yuanText } from "./format.ts";
import { RIGHTS_PROBLEMS } from "./rights_problems.ts";
import { SECURITY_PROBLEMS } from "./security_problems.ts";
import { ZH } from "./zh.ts";
import { MONEY_PROBLEMS } from "./zh/money.ts";
import { CERTIFICATE_PROBLEMS, OWN_PROBLEMS } from "./zh/own.ts";
import { PERSON_PROBLEMS } from "./zh/persons.ts";
import { RELATIVE_CONSENT_PROBLEMS } from "./zh/relative_consents.ts";
import { REFUND_PROBLEMS } from "./zh/refunds.ts";
import { SETTING_FLAWS, SETTING_PROBLEMS } from "./zh/settings.ts";
import { TERMINAL_PROBLEMS } from "./zh/terminals.ts";

const WEAK_PASSWORD = "access.weak_password";

/** What each refusal means to who reads it and what to do next. */
const TEXT_OF_CODE: Readonly<Record<string, string>> = {
  ...RIGHTS_PROBLEMS,
  ...TERMINAL_PROBLEMS,
  ...SETTING_PROBLEMS,
  ...PERSON_PROBLEMS,
  ...RELATIVE_CONSENT_PROBLEMS,
  ...OWN_PROBLEMS,
  ...SECURITY_PROBLEMS,
  ...MONEY_PROBLEMS,
  ...REFUND_PROBLEMS,
  [NO_ANSWER]: "平台没有回答，请检查网络，稍后再试",
  [OUTCOME_UNKNOWN]: "平台没有回答，不知道是否做成。请先刷新核对结果，再决定要不要重做",
  "console.sso_refused": "统一身份认证没有通过，或者这个身份还没有关联本平台的账号",
  "console.sso_unavailable": "统一身份认证暂时连不上，请用登录名和口令登录",
  "request.malformed": "填写的内容不符合要求，请检查后重试",
  "request.too_large": "内容太大",
  "request.not_found": "没有这个地址，控制台和平台的版本可能不一致，请刷新页面",
  "platform.database_unavailable": "平台的数据库暂时不可用，请稍后再试",
  "platform.defect": "平台出错了，请把追踪号告诉维护人员",
  "access.not_authenticated": "登录已经结束，请重新登录",
  "access.sign_in_over": "登录超时或已被中断，请从头再来",
  "access.sign_in_refused":
    "登录名或口令不对，或者账号暂时不能登录。多次失败会锁定，请稍后再试或联系管理员",
  "access.too_many_requests": "请求太频繁，请稍后再试",
  "access.too_busy": "平台正忙，请稍后再试",
  "access.no_enrolment": "绑定已经超时，请从头再来",
  "access.wrong_code": "验证码不对，或者已经用过",
  "access.challenge_failed": "签名没有通过验证：请确认选对了证书，并对当前这段文字签名",
  "access.certificates_unavailable": "平台还没有配置证书，请改用其他方式",
  "access.cross_site": "请求不是从本页面发出的，已被拒绝，请刷新页面",
  "access.address_refused": "您所在的网络地址不允许这样做",
  "access.forbidden": "没有权限",
  "access.reauthentication_needed": "没有再次验证身份，操作没有进行",
};

const GENERIC = "没有做成";

/** Those whose `detail` says more. */
const TEXT_OF_DETAIL: Readonly<Record<string, (detail: string) => string>> = {
  [WEAK_PASSWORD]: weakPasswordText,
  "access.certificate_refused": (trouble) => CERTIFICATE_PROBLEMS[trouble] ?? "这张证书不能使用",
  "fleet.no_such_terminal": (number) => `没有编号为“${number}”的终端：请核对终端上设置的编号`,
  "fleet.retired": (number) => `终端“${number}”已经退役，不能注册`,
  "identity.person_busy": personBusyText,
  "console.setting_flaw": (name) => SETTING_FLAWS[name] ?? "填写的内容不符合要求",
};

export function problemText(refusal: Refusal): string {
  const detailed = TEXT_OF_DETAIL[refusal.code];
  if (detailed) return detailed(refusal.detail ?? "");
  return TEXT_OF_CODE[refusal.code] ?? `${GENERIC}（${refusal.code}）`;
}

/** Beside a text that says nothing but the code, and beside every mistake of the platform's. */
export function traceText({ code, traceId }: Refusal): string | null {
  const isExplained = code in TEXT_OF_DETAIL ||
    (code in TEXT_OF_CODE && code !== "platform.defect");
  return traceId === null || isExplained ? null : ZH.state.trace(traceId);
}

const FLAWS: Readonly<Record<string, string>> = ZH.passwordChange.flaw;

/** Orders that are open, and fen that are held. */
function personBusyText(detail: string): string {
  const [orders = "0", fen = "0"] = detail.split(" ");
  return `现在不能删除：这个人还有 ${orders} 笔没有办完的订单、${
    yuanText(fen)
  } 元没有入账或退款。` +
    "请等平台处理完再删除";
}

function weakPasswordText(detail: string): string {
  const flaws = detail.split(",").map((flaw) => FLAWS[flaw]).filter((text) => text);
  return ZH.passwordChange.flaws(flaws.length === 0 ? "不符合要求" : flaws.join("、"));
}
