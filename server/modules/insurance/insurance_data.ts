import type { Kysely } from "kysely";
import { MONEY_KEPT_WHY, type PersonalData } from "../../platform/personal_data.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { deleteConsentsOf, selectConsentsOf } from "./relatives/store.ts";
import { deleteCoverages, selectClaims, selectCoverages } from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

/** How the person is insured, and what was settled for him. */
export function insuranceData(
  { db, sealer }: { readonly db: Kysely<InsuranceTables>; readonly sealer: Sealer },
): PersonalData<InsuranceTables> {
  return {
    async collect(subject) {
      const { identifications, orders } = subject;
      const consents = await selectConsentsOf(db, subject.patientId);
      const coverages = await selectCoverages(db, identifications);
      const claims = await selectClaims(db, orders);
      return [
        {
          name: "coverage",
          title: "参保信息",
          rows: await Promise.all(coverages.map(async (row) => ({
            查询时间: row.checked_at.toISOString(),
            医保人员编号: await sealer.open("insurance_coverage.psn_no", row.psn_no_sealed),
            凭证种类: row.certificate_type,
            凭证号码: await sealer.open("insurance_coverage.certificate", row.certificate_sealed),
            险种: row.insutype,
            参保地: row.insuplc_admdvs,
            人员类别: row.psn_type,
            个人账户余额分: String(row.balance_fen),
          }))),
        },
        {
          name: "relative-consents",
          title: "家庭共济同意记录",
          rows: consents.map((row) => ({
            编号: row.id,
            本人身份: row.patient_id === subject.patientId ? "患者" : "亲属",
            关系: row.relation,
            告知书版本: row.notice_version,
            同意时间: row.given_at.toISOString(),
            有效期至: row.until_at.toISOString(),
            撤回时间: row.withdrawn_at?.toISOString() ?? null,
          })),
        },
        {
          name: "claims",
          title: "医保结算",
          rows: claims.map((row) => ({
            订单: row.order_id,
            就诊编号: row.visit_number,
            结算编号: row.setl_id,
            总额分: text(row.total_fen),
            统筹支付分: text(row.fund_fen),
            "个人账户分（含家庭共济）": text(row.account_fen),
            其他分: text(row.other_fen),
            现金分: text(row.cash_fen),
            撤销时间: row.voided_at?.toISOString() ?? null,
          })),
        },
      ];
    },
    async erase(tx, { patientId, identifications, orders }) {
      const coverages = await deleteCoverages(tx, identifications);
      const claims = await selectClaims(tx, orders);
      return {
        erased: [
          { what: "参保信息", rows: coverages },
          { what: "家庭共济同意记录", rows: await deleteConsentsOf(tx, patientId) },
        ],
        kept: [{ what: "医保结算记录", rows: claims.length, why: MONEY_KEPT_WHY }],
      };
    },
  };
}

function text(fen: bigint | null): string | null {
  return fen === null ? null : String(fen);
}
