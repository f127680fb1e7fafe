/** One place in the database where something about a person lies (个人信息保护法 第六、十九条). */
export interface PersonalField {
  /** "patient.name_sealed". */
  readonly column: string;
  readonly what: string;
  readonly purpose: string;
  readonly basis: string;
  readonly kept: string;
}

const VISIT = "为患者挂号、缴费、结算所必需";
const CARE_BASIS = "个人信息保护法第十三条（二）（三）；敏感个人信息，第二十九条";
const MONEY_BASIS = "个人信息保护法第十三条（三）；会计档案管理办法";
const WHILE_PATIENT = "至本人要求删除；依法保留的结算凭据除外";
const AS_LEDGER = "随结算凭据保存";
const ACCOUNT = "识别操作人员";
const ACCOUNT_BASIS = "个人信息保护法第十三条（二）；网络安全法";

/** Every column that holds personal data; a test compares it with the database. */
export const PERSONAL_FIELDS: readonly PersonalField[] = [
  field("patient.name_sealed", "患者姓名", VISIT, CARE_BASIS, WHILE_PATIENT),
  field("patient.id_number_sealed", "患者证件号码", VISIT, CARE_BASIS, WHILE_PATIENT),
  field("patient.id_number_index", "证件号码的盲索引", "按证件查找", CARE_BASIS, WHILE_PATIENT),
  field("patient.phone_sealed", "患者电话", VISIT, CARE_BASIS, WHILE_PATIENT),
  field("patient.phone_index", "电话的盲索引", "按电话查找", CARE_BASIS, WHILE_PATIENT),
  field(
    "patient_credential.value_index",
    "就诊凭证的盲索引",
    "按凭证识别",
    CARE_BASIS,
    WHILE_PATIENT,
  ),
  field("patient_credential.number_index", "卡号的盲索引", "按卡号查找", CARE_BASIS, WHILE_PATIENT),
  field(
    "identification.request_index",
    "识别请求的盲索引",
    "防止重复识别",
    CARE_BASIS,
    "就诊结束后清除",
  ),
  field("identification.reply_sealed", "识别结果", VISIT, CARE_BASIS, "就诊结束后清除"),
  field("insurance_coverage.psn_no_sealed", "医保人员编号", "医保结算", MONEY_BASIS, AS_LEDGER),
  field("insurance_coverage.certificate_sealed", "医保凭证", "医保结算", MONEY_BASIS, AS_LEDGER),
  field(
    "insurance_consent.relative_name_sealed",
    "共济亲属姓名",
    "共济支付同意",
    CARE_BASIS,
    WHILE_PATIENT,
  ),
  field(
    "insurance_consent.relative_psn_no_sealed",
    "共济亲属医保人员编号",
    "共济支付结算",
    CARE_BASIS,
    WHILE_PATIENT,
  ),
  field(
    "insurance_consent.relative_index",
    "共济亲属证件号的盲索引",
    "确认同意人",
    CARE_BASIS,
    WHILE_PATIENT,
  ),
  field(
    "insurance_mobile_order.pay_token_sealed",
    "医保移动支付订单令牌",
    "医保结算",
    MONEY_BASIS,
    AS_LEDGER,
  ),
  field(
    "insurance_mobile_order.revs_token_sealed",
    "医保移动支付退费授权",
    "医保退费",
    MONEY_BASIS,
    AS_LEDGER,
  ),
  field("payment_evidence.body_sealed", "支付回执", "收退款凭据", MONEY_BASIS, AS_LEDGER),
  field("card_message.pan_sealed", "银行卡号", "退款到原卡", MONEY_BASIS, AS_LEDGER),
  field("checkout_order.priced_sealed", "缴费明细", "收费凭据", MONEY_BASIS, AS_LEDGER),
  field("checkout_order.fulfilled_sealed", "入账结果", "收费凭据", MONEY_BASIS, AS_LEDGER),
  field("checkout_act.evidence_sealed", "异常订单处理依据", "收退款凭据", MONEY_BASIS, AS_LEDGER),
  field("checkout_act.evidence_index", "处理依据的盲索引", "核对依据", MONEY_BASIS, AS_LEDGER),
  field(
    "billing_request.content_sealed",
    "医院发起缴费的患者和账单",
    "扫码缴费",
    MONEY_BASIS,
    "到期 30 天后删除",
  ),
  field(
    "billing_request.content_index",
    "缴费请求内容的盲索引",
    "核对重复请求",
    MONEY_BASIS,
    "到期 30 天后删除",
  ),
  field("refund_request.note_sealed", "退费说明", "退费审批", MONEY_BASIS, AS_LEDGER),
  field("refund_request.decision_note_sealed", "退费审批意见", "退费审批", MONEY_BASIS, AS_LEDGER),
  field("refund_act.evidence_sealed", "退费处理依据", "收退款凭据", MONEY_BASIS, AS_LEDGER),
  field("refund_act.evidence_index", "退费依据的盲索引", "核对依据", MONEY_BASIS, AS_LEDGER),
  field("account.name_sealed", "工作人员姓名", ACCOUNT, ACCOUNT_BASIS, "账号注销后随审计记录保存"),
  field(
    "account_certificate.certificate_sealed",
    "工作人员数字证书",
    ACCOUNT,
    ACCOUNT_BASIS,
    "随账号",
  ),
  field("account_identity.subject_sealed", "单点登录身份标识", ACCOUNT, ACCOUNT_BASIS, "随绑定"),
  field("account_identity.subject_index", "单点登录身份的盲索引", ACCOUNT, ACCOUNT_BASIS, "随绑定"),
];

function field(
  ...[column, what, purpose, basis, kept]: [string, string, string, string, string]
): PersonalField {
  return { column, what, purpose, basis, kept };
}
