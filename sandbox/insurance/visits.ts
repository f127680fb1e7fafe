import { ALL_BATCHES, toYuan } from "../../server/gateways/insurance/wire.ts";
import { parseYuan } from "../../server/platform/money.ts";
import { findCatalogueItem } from "./catalogue.ts";
import {
  type Desk,
  insuredRow,
  nextNumber,
  openVisit,
  personOf,
  readInput,
  Refusal,
} from "./desk.ts";
import { packNumbers } from "./insurance_store.ts";
import { type Envelope, inputs } from "./requests.ts";
import { lineAmount, splitLine } from "./rules.ts";

const NO_CAP_YUAN = 999_999;

/** 2201: an institution may have only one open, unsettled visit under one of its numbers. */
export function registerVisit(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.register, envelope);
  const person = personOf(desk, data);
  if (person.psnNo !== data.psn_no) throw new Refusal("凭证与人员编号不符");
  insuredRow(person, data.insutype, envelope);
  const open = desk.store.find(
    `select 1 from visit v where fixmedins_code = ? and ipt_otp_no = ? and cancelled = 0
     and not exists (select 1 from settlement s where s.mdtrt_id = v.mdtrt_id
       and s.voids_setl_id is null and s.voided_by is null)`,
    envelope.fixmedins_code,
    data.ipt_otp_no,
  );
  if (open) throw new Refusal("该门诊号存在未结算的就诊登记");
  const mdtrt_id = nextNumber(desk, "G");
  desk.store.run(
    "insert into visit values (?, ?, ?, ?, ?, ?, null, 0)",
    mdtrt_id,
    envelope.fixmedins_code,
    data.ipt_otp_no,
    data.psn_no,
    data.insutype,
    data.begntime,
  );
  return {
    data: { mdtrt_id, psn_no: data.psn_no, ipt_otp_no: data.ipt_otp_no, exp_content: null },
  };
}

/** 2202: only a visit without fee lines can be taken back. */
export function cancelVisit(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.cancelVisit, envelope);
  const visit = openVisit(desk, data, envelope);
  if (visit.ipt_otp_no !== data.ipt_otp_no) throw new Refusal("门诊号不符");
  const detail = desk.store.find("select 1 from detail where mdtrt_id = ?", data.mdtrt_id);
  if (detail) throw new Refusal("存在费用明细，不能撤销就诊登记");
  desk.store.run("update visit set cancelled = 1 where mdtrt_id = ?", data.mdtrt_id);
  return null;
}

/** 2203, 2203A */
export function describeVisit(desk: Desk, envelope: Envelope): unknown {
  const { mdtrtinfo } = readInput(inputs.visitInfo, envelope);
  openVisit(desk, mdtrtinfo, envelope);
  desk.store.run(
    "update visit set med_type = ? where mdtrt_id = ?",
    mdtrtinfo.med_type,
    mdtrtinfo.mdtrt_id,
  );
  return null;
}

/** 2204 */
export function uploadFees(desk: Desk, envelope: Envelope): unknown {
  const { feedetail } = readInput(inputs.fees, envelope);
  const result = feedetail.map((line) => {
    openVisit(desk, line, envelope);
    const item = findCatalogueItem(line.med_list_codg);
    const terms = { quantity: line.cnt, priceYuan: line.pric };
    if (parseYuan(line.det_item_fee_sumamt) !== lineAmount(terms.quantity, terms.priceYuan)) {
      throw new Refusal(`明细${line.feedetl_sn}金额与数量单价不符`);
    }
    const split = splitLine(terms, item);
    const added = desk.store.run(
      "insert or ignore into detail values (?, ?, ?, ?, null)",
      line.mdtrt_id,
      line.feedetl_sn,
      line.chrg_bchno,
      packNumbers(split),
    );
    if (added === 0) throw new Refusal(`费用明细流水号${line.feedetl_sn}重复`);
    return {
      feedetl_sn: line.feedetl_sn,
      det_item_fee_sumamt: toYuan(split.amount),
      cnt: Number(line.cnt),
      pric: Number(line.pric),
      pric_uplmt_amt: item?.capYuan === null || !item ? NO_CAP_YUAN : Number(item.capYuan),
      selfpay_prop: Number(item?.selfpayProportion ?? "1"),
      fulamt_ownpay_amt: toYuan(split.fullOwnPay),
      overlmt_amt: toYuan(split.overLimit),
      preselfpay_amt: toYuan(split.preSelfPay),
      inscp_scp_amt: toYuan(split.inScope),
      chrgitm_lv: item?.level ?? "03",
      med_chrgitm_type: item?.category ?? "14",
      bas_medn_flag: "0",
      lmt_used_flag: "0",
      drt_reim_flag: "0",
      memo: null,
    };
  });
  return { result };
}

/** 2205: settled lines stay. */
export function cancelFees(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.cancelFees, envelope);
  openVisit(desk, data, envelope);
  const batch = data.chrg_bchno === ALL_BATCHES ? "%" : data.chrg_bchno;
  desk.store.run(
    "delete from detail where mdtrt_id = ? and chrg_bchno like ? and setl_id is null",
    data.mdtrt_id,
    batch,
  );
  return null;
}
