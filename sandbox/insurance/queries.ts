import { parseYuan } from "../../server/platform/money.ts";
import { type Desk, readInput, Refusal } from "./desk.ts";
import { type SettlementRow, unpackFigures, type VisitRow } from "./insurance_store.ts";
import { type Envelope, inputs } from "./requests.ts";
import { settlementAnswer } from "./settlement_answer.ts";

const VISITS_MAX = 100;

/** 5201: `setl_id` is that of the settlement in force, else of the last one, else null. */
export function listVisits(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.visits, envelope);
  const visits = desk.store.list<VisitRow & { setl_id: string | null }>(
    `select v.*, (select s.setl_id from settlement s
        where s.mdtrt_id = v.mdtrt_id and s.voids_setl_id is null
        order by s.voided_by is not null, s.setl_id desc limit 1) as setl_id
      from visit v
      where psn_no = ? and fixmedins_code = ? and begntime between ? and ? and cancelled = 0
        and (? = '' or mdtrt_id = ?)
      order by mdtrt_id desc limit ${VISITS_MAX}`,
    data.psn_no,
    envelope.fixmedins_code,
    data.begntime,
    data.endtime,
    data.mdtrt_id ?? "",
    data.mdtrt_id ?? "",
  );
  return {
    mdtrtinfo: visits.map((visit) => ({
      mdtrt_id: visit.mdtrt_id,
      psn_no: visit.psn_no,
      ipt_otp_no: visit.ipt_otp_no,
      insutype: visit.insutype,
      begntime: visit.begntime,
      med_type: visit.med_type,
      setl_id: visit.setl_id,
    })),
  };
}

/** 5203: a voided settlement and the row that voids it both carry refd_setl_flag 1. */
export function querySettlement(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.settlement, envelope);
  const row = desk.store.find<SettlementRow>(
    "select * from settlement where setl_id = ? and mdtrt_id = ? and psn_no = ?",
    data.setl_id,
    data.mdtrt_id,
    data.psn_no,
  );
  const visit = desk.store.find<VisitRow>("select * from visit where mdtrt_id = ?", data.mdtrt_id);
  const person = desk.persons.byPsnNo(data.psn_no);
  const insured = person?.insurance.find((one) => one.insutype === row?.insutype);
  if (!row || !visit || !person || !insured) throw new Refusal("未查询到结算信息");
  const figures = unpackFigures(row.figures);
  const answer = settlementAnswer(desk, { visit, person, insured, figures, row, call: "5203" });
  const refd_setl_flag = row.voided_by !== null || row.voids_setl_id !== null ? "1" : "0";
  return { ...answer, setlinfo: { ...answer.setlinfo, refd_setl_flag } };
}

/** 3201: counts both rows of a voided settlement. */
export function compareTotals(desk: Desk, envelope: Envelope): unknown {
  const { data } = readInput(inputs.statement, envelope);
  const centre = totals(desk, {
    insutype: data.insutype,
    institution: envelope.fixmedins_code,
    from: `${data.stmt_begndate} 00:00:00`,
    to: `${data.stmt_enddate} 23:59:59`,
  });
  const equal = centre.count === BigInt(data.fixmedins_setl_cnt) &&
    centre.amount === parseYuan(data.medfee_sumamt) &&
    centre.fund === parseYuan(data.fund_pay_sumamt) &&
    centre.account === parseYuan(data.acct_pay);
  const more = centre.count - BigInt(data.fixmedins_setl_cnt);
  const above = centre.amount - parseYuan(data.medfee_sumamt);
  const result = equal ? "0" : more > 0n && above > 0n ? "1" : more < 0n && above < 0n ? "2" : "3";
  return {
    stmtinfo: {
      setl_optins: data.setl_optins,
      stmt_rslt: result,
      stmt_rslt_dscr: STATEMENT_RESULTS[result],
    },
  };
}

const STATEMENT_RESULTS = { "0": "对平", "1": "中心多", "2": "医药机构多", "3": "金额不一致" };

interface Period {
  readonly insutype: string;
  readonly institution: string;
  readonly from: string;
  readonly to: string;
}

function totals(
  desk: Desk,
  period: Period,
): { count: bigint; amount: bigint; fund: bigint; account: bigint } {
  const rows = desk.store.list<{ figures: string }>(
    `select figures from settlement
      where insutype = ? and fixmedins_code = ? and setl_time between ? and ?`,
    period.insutype,
    period.institution,
    period.from,
    period.to,
  );
  const sum = { count: BigInt(rows.length), amount: 0n, fund: 0n, account: 0n };
  for (const row of rows) {
    const figures = unpackFigures(row.figures);
    sum.amount += figures.amount;
    sum.fund += figures.fund;
    sum.account += figures.account;
  }
  return sum;
}
