const SLOT_TAKEN = "这个号刚被别人挂走了，请换一个";
const BILL_CHANGED = "缴费单有变化，请返回重新查询";
const HIS_SILENT = "医院的系统没有回应，请稍后再试";
const HIS_REFUSED = "医院的系统没有收下这一笔，请到人工窗口咨询";
const SESSION_OVER = "等待时间过长，请重新核对身份";
const LATER = "机器正忙，请稍后再试";
const DECLINED = "刚才没有付成功，没有扣钱。请再试或换一种方式。";
const UNREADABLE = "这张卡没有读出来，没有扣钱。请擦干净再试，或换一种方式。";
const CODE_OVER = "付款码已经失效，请刷新手机上的码再试";
const SEE_RESULT = "刚才的操作已经办理，请看屏幕上的最新结果";
const CANCELLED = "按您的要求取消了";

/** What to say about a refusal's or a returned order's code; the code itself is never shown. */
const TEXT_OF_CODE: Readonly<Record<string, string>> = {
  "screen.no_answer": "机器暂时没有回应，请再试一次",
  "terminal.platform_unreachable": "网络暂时中断，请稍后再试",
  "terminal.session_ended": SESSION_OVER,
  "terminal.journal_full": "本机有未办完的业务，请使用旁边的机器",
  "terminal.suspended": "本机暂停服务，请使用旁边的机器",
  "settings.terminal_suspended": "本机暂停服务，请使用旁边的机器",
  "settings.service_closed": "这项服务现在没有开放",
  "settings.service_closed_here": "本机不办理这项服务",
  "platform.busy": LATER,
  "platform.database_unavailable": LATER,
  "identity.not_found": SESSION_OVER,
  "identity.ended": SESSION_OVER,
  "identity.no_record": "您还没有在这里建档，请到人工窗口办理",
  "identity.id_card_needed": "建档要用身份证，请放身份证再试",
  "identity.profile_not_made": "医院没有建成档案，请到人工窗口办理",
  "identity.his_refused": "医院没有建成档案，请到人工窗口办理",
  "identity.his_unavailable": HIS_SILENT,
  "billing.his_unavailable": HIS_SILENT,
  "billing.his_refused": HIS_REFUSED,
  "billing.bill_changed": BILL_CHANGED,
  "registration.his_unavailable": HIS_SILENT,
  "registration.his_refused": HIS_REFUSED,
  "registration.slot_taken": SLOT_TAKEN,
  "registration.unknown_schedule": "这个排班有变化，请返回重新选择",
  "insurance.refused": "医保没有通过这次结算，可以自费办理，或到人工窗口咨询",
  "insurance.not_covered": "医保没有通过这次结算，可以自费办理，或到人工窗口咨询",
  "insurance.unsound_figures": "医保算出的金额对不上，请到人工窗口办理",
  "insurance.token_expired": "医保码已经过期，请重新扫码",
  "payment.declined": DECLINED,
  "payment.insufficient": "余额不足，可以换一种付款方式",
  "payment.code_invalid": "这不是付款码，请打开手机上的付款码再试",
  "payment.pin_wrong": "密码不对，没有扣钱。请想好再试，输错次数多了卡会被锁。",
  "payment.pin_tries_exceeded": "密码输错太多次，这张卡今天不能用了。没有扣钱，请换一种方式。",
  "payment.pin_needed": "这张卡要输密码，没有扣钱，请再试一次",
  "payment.card_expired": "这张卡已经过期，没有扣钱，请换一张卡或换一种方式",
  "payment.card_closed": "这张卡已经停用，没有扣钱，请换一张卡或换一种方式",
  "payment.card_lost": "这张卡不能使用，没有扣钱，请联系发卡银行",
  "payment.card_unknown": "这里不能用这张卡，没有扣钱，请换一张卡或换一种方式",
  "payment.limit_exceeded": "超过了这张卡的限额，没有扣钱，请换一张卡或换一种方式",
  "payment.not_allowed": "这张卡不能这样付款，没有扣钱，请换一种方式",
  "payment.pad_key": "密码键盘现在不能用，没有扣钱，请换一种方式",
  "card.timeout": "等待时间过长，没有扣钱。请再试或换一种方式。",
  "card.unreadable": UNREADABLE,
  "card.wrong_way_round": "卡的方向反了，没有扣钱。请芯片朝上、朝前，再插一次。",
  "card.removed_too_early": "卡拔得太早了，没有扣钱。请再试一次，等屏幕提示再取。",
  "card.reader_failed": UNREADABLE,
  "card.pad_failed": "密码键盘现在不能用，没有扣钱。请换一种方式。",
  "card.refused": "现在不能用银行卡付，没有扣钱。请换一种方式。",
  "terminal.no_card_payment": "现在不能用银行卡付，没有扣钱。请换一种方式。",
  "payment.code_expired": CODE_OVER,
  "payment.code_gone": CODE_OVER,
  "payment.expired": "付款时间已过，请重新付款",
  "payment.closed": "付款已经取消，请重新付款",
  "payment.already_paid": SEE_RESULT,
  "payment.card_stopped": "这张卡不能使用，没有扣钱，请联系发卡银行",
  "payment.pin_unreadable": "密码没有传好，没有扣钱，请再试一次",
  "payment.card_unverified": "这张卡没有核验通过，没有扣钱，请换一张卡或换一种方式",
  "payment.not_paid": DECLINED,
  "payment.reversed": DECLINED,
  "checkout.slot_taken": SLOT_TAKEN,
  "checkout.bill_changed": BILL_CHANGED,
  "checkout.bill_in_payment": "这张缴费单正在支付中，请过几分钟再看，不要重复付款",
  "checkout.too_many_tenders": "试的次数太多了，请返回重新开始",
  "checkout.bill_paid": "缴费单已经缴过了，请返回重新查询",
  "checkout.duplicate_bill": BILL_CHANGED,
  "checkout.hold_expired": "等待时间过长，号已放回，请重新挂号",
  "checkout.quote_changed": "金额有变化，请重新核对",
  "checkout.wrong_state": SEE_RESULT,
  "checkout.completed": SEE_RESULT,
  "checkout.too_late": "这一笔已经在办理，现在不能取消",
  "checkout.busy": LATER,
  "checkout.amount_mismatch": "医院和医保的金额对不上，请到人工窗口办理",
  "checkout.his_refused": HIS_REFUSED,
  "checkout.his_unavailable": HIS_SILENT,
  "checkout.insurance_refused": "医保没有通过这次结算，可以自费办理，或到人工窗口咨询",
  "checkout.insurance_unavailable": "医保系统没有回应，可以自费办理，或稍后再试",
  "checkout.insurance_lost": "医保没有给出结果，请稍后再试，或到人工窗口咨询",
  "checkout.unsound_figures": "医保算出的金额对不上，请到人工窗口办理",
  "checkout.shortage": "医保结算后金额变了，这次没有办理，请重新办理",
  "checkout.interrupted": "办理中断了，请重新办理",
  "checkout.posting_cancelled": "医院的系统取消了这一笔，请到人工窗口咨询",
  "checkout.patient_cancelled": CANCELLED,
  "checkout.staff_closed": "工作人员已关闭这笔订单，付过的钱会按原路退回，请到窗口询问",
  "checkout.cancelled": CANCELLED,
  "checkout.expired": "等待时间过长，这次没有办理",
};

const GENERIC = "现在办不了，请稍后再试，或呼叫工作人员";

export function problemText(code: string | null): string {
  return (code === null ? undefined : TEXT_OF_CODE[code]) ?? GENERIC;
}
