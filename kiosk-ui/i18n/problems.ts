/** What to say about a refusal's code; the code itself is only shown small, for staff. */
const TEXT_OF_CODE: Readonly<Record<string, string>> = {
  "screen.no_answer": "机器暂时没有回应，请再试一次",
  "terminal.platform_unreachable": "网络暂时中断，请稍后再试",
  "terminal.no_session": "等待时间过长，请重新核对身份",
  "settings.service_closed": "这项服务现在没有开放",
  "settings.outside_hours": "现在不在服务时间",
  "identity.not_found": "等待时间过长，请重新核对身份",
  "identity.identification_not_found": "等待时间过长，请重新核对身份",
  "identity.expired": "等待时间过长，请重新核对身份",
  "identity.profile_not_made": "医院没有建成档案，请到人工窗口办理",
  "identity.his_unavailable": "医院的系统没有回应，请稍后再试",
  "billing.his_unavailable": "医院的系统没有回应，请稍后再试",
  "billing.bill_changed": "缴费单有变化，请返回重新查询",
  "billing.bill_not_found": "缴费单已经缴过或撤销，请返回重新查询",
  "registration.his_unavailable": "医院的系统没有回应，请稍后再试",
  "registration.slot_taken": "这个号刚被别人挂走了，请换一个",
  "checkout.slot_taken": "这个号刚被别人挂走了，请换一个",
  "checkout.bills_changed": "缴费单有变化，请返回重新查询",
  "checkout.quote_changed": "金额有变化，请重新核对",
  "checkout.wrong_stage": "刚才的操作已经办理过，请看屏幕上的最新结果",
  "checkout.not_cancellable": "这一笔已经在办理，现在不能取消",
  "checkout.insurance_refused": "医保没有通过这次结算，可以自费办理，或到人工窗口咨询",
  "checkout.insurance_unavailable": "医保系统没有回应，可以自费办理，或稍后再试",
  "checkout.his_refused": "医院的系统没有收下这一笔，请到人工窗口咨询",
  "checkout.his_unavailable": "医院的系统没有回应，请稍后再试",
  "checkout.tender_refused": "付款没有成功，可以换一种付款方式",
  "checkout.tender_expired": "付款码已经过期，请重新付款",
  "checkout.patient_cancelled": "按您的要求取消了",
  "checkout.cancelled": "按您的要求取消了",
  "checkout.expired": "等待时间过长，这次没有办理",
  "checkout.amounts_differ": "医院和医保的金额对不上，请到人工窗口办理",
};

const GENERIC = "现在办不了，请稍后再试，或呼叫工作人员";

export function problemText(code: string | null): string {
  return (code === null ? undefined : TEXT_OF_CODE[code]) ?? GENERIC;
}
