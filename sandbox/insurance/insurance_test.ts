import assert from "node:assert/strict";
import {
  feeInput,
  INSTITUTION,
  openFeeVisit,
  openRawCentre,
  PATIENT,
  presettleInput,
  settleInput,
  tifHeaders,
} from "./worked_visit.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";

const psn_no = PATIENT.psnNo;

Deno.test("the centre reproduces the worked visit: 126.40 is 48.79, 23.41 and 54.20", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const quote = (await centre.send("2206A", presettleInput(mdtrt_id))).output.setlinfo;
  assert.equal(quote.setl_id, null);
  const settled = (await centre.send("2207A", settleInput(mdtrt_id))).output;
  const figures = settled.setlinfo;
  assert.deepEqual(
    [figures.medfee_sumamt, figures.fund_pay_sumamt, figures.acct_pay, figures.psn_cash_pay],
    [126.4, 48.79, 23.41, 54.2],
  );
  assert.equal(figures.balc, 288.64);
  assert.deepEqual(
    [figures.fulamt_ownpay_amt, figures.preselfpay_amt, figures.inscp_scp_amt],
    [54.2, 2.5, 69.7],
  );
  assert.equal(settled.setldetail[1].fund_pay_type, "310200");
});

Deno.test("2208 makes a negative settlement and gives the balance back, once", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const { setl_id } = (await centre.send("2207A", settleInput(mdtrt_id))).output.setlinfo;
  const voided = (await centre.send("2208", { data: { psn_no, mdtrt_id, setl_id } })).output;
  assert.notEqual(voided.setlinfo.setl_id, setl_id);
  assert.equal(voided.setlinfo.medfee_sumamt, -126.4);
  assert.equal(voided.setlinfo.balc, 312.05);
  const again = await centre.send("2208", { data: { psn_no, mdtrt_id, setl_id } });
  assert.equal(again.infcode, -1);
  const found = (await centre.send("5203", { data: { psn_no, mdtrt_id, setl_id } })).output;
  assert.equal(found.setlinfo.refd_setl_flag, "1");
  const totals = await centre.send("3201", statement({ count: 2 }));
  assert.equal(totals.output.stmtinfo.stmt_rslt, "0", "both rows count, their sums are nil");
});

Deno.test("one msgid has one answer; another body under it is refused", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const body = centre.envelope("2207A", settleInput(mdtrt_id), `${INSTITUTION}202603120942330012`);
  const first = await (await centre.post("2207A", JSON.stringify(body))).json();
  const second = await (await centre.post("2207A", JSON.stringify(body))).json();
  assert.equal(first.infcode, 0);
  assert.deepEqual(second, first);
  const changed = { ...body, dev_no: "KSK-0318" };
  const third = await (await centre.post("2207A", JSON.stringify(changed))).json();
  assert.deepEqual([third.infcode, third.err_msg], [-1, "报文ID重复"]);
});

Deno.test("2601 undoes by omsgid and again does nothing; a lost request is refused later", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const omsgid = `${INSTITUTION}202603120942330012`;
  const reversal = { data: { psn_no, omsgid, oinfno: "2207" } };
  assert.equal((await centre.send("2601", reversal)).err_msg, "未查询到原交易");
  const late = await centre.send("2207A", settleInput(mdtrt_id), { msgid: omsgid });
  assert.equal(late.err_msg, "该报文已冲正");
  const msgid = `${INSTITUTION}202603120942330013`;
  await centre.send("2207A", settleInput(mdtrt_id), { msgid });
  const undo = { data: { psn_no, omsgid: msgid, oinfno: "2207" } };
  assert.equal((await centre.send("2601", undo)).infcode, 0);
  assert.equal((await centre.send("2601", undo)).infcode, 0);
  const person = await centre.send("1101", {
    data: { mdtrt_cert_type: "02", mdtrt_cert_no: PATIENT.idNumber },
  });
  assert.equal(person.output.insuinfo[0].balc, 312.05);
});

Deno.test("a visit with fee lines is not cancelled until 2205 took them away", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const cancel = { data: { psn_no, mdtrt_id, ipt_otp_no: "MZ1" } };
  assert.equal((await centre.send("2202", cancel)).infcode, -1);
  await centre.send("2205", { data: { psn_no, mdtrt_id, chrg_bchno: "0000" } });
  assert.equal((await centre.send("2202", cancel)).infcode, 0);
  assert.equal((await centre.send("2204", feeInput(mdtrt_id))).err_msg, "就诊登记已撤销");
});

Deno.test("an e-voucher's token runs out between presettling and settling", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const voucher = (await centre.send("1162", voucherInput())).output;
  const certificate = { mdtrt_cert_type: "01", mdtrt_cert_no: voucher.ecToken };
  const quote = { data: { ...presettleInput(mdtrt_id).data, ...certificate } };
  assert.equal((await centre.send("2206A", quote)).infcode, 0);
  centre.now = new Date(centre.now.getTime() + 31 * 60_000);
  const late = await centre.send("2207A", {
    data: { ...settleInput(mdtrt_id).data, ...certificate },
  });
  assert.match(late.err_msg ?? "", /ecToken已过期/);
});

Deno.test("1161 tells whose a card is, if its identifier fits", async () => {
  using centre = openRawCentre();
  const cardno = PATIENT.card?.number;
  const card = { data: { cardno, card_sn: PATIENT.card?.identifier } };
  assert.equal((await centre.send("1161", card)).output.idNo, PATIENT.idNumber);
  const foreign = await centre.send("1161", { data: { cardno, card_sn: "441900D156000006" } });
  assert.equal(foreign.err_msg, "卡识别码不符");
});

Deno.test("settle_differs keeps the sums, wrong_amount breaks them", async () => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  centre.faults.plan("insurance", "2206", { kind: "wrong_amount", byFen: 1 });
  const quote = (await centre.send("2206A", presettleInput(mdtrt_id))).output.setlinfo;
  assert.equal(quote.psn_cash_pay, 54.21);
  centre.faults.plan("insurance", "2207", { kind: "settle_differs", byFen: 100 });
  const settled = (await centre.send("2207A", settleInput(mdtrt_id))).output.setlinfo;
  assert.deepEqual([settled.fund_pay_sumamt, settled.psn_cash_pay], [47.79, 55.2]);
});

Deno.test("the centre refuses what is not exactly its wire", async (t) => {
  using centre = openRawCentre();
  const mdtrt_id = await openFeeVisit(centre);
  const signIn = { signIn: { opter_no: "ZZ0317", mac: "02-42-AC-11-00-02", ip: "10.19.3.17" } };
  await t.step("a wrong signature and an old timestamp, in the gateway's form", async () => {
    const body = JSON.stringify(centre.envelope("9001", signIn));
    const wrong = { ...tifHeaders(centre.now), "x-tif-signature": "00" };
    assert.equal((await (await centre.post("9001", body, wrong)).json()).code, 401001);
    const old = tifHeaders(new Date(centre.now.getTime() - 301_000));
    assert.equal((await (await centre.post("9001", body, old)).json()).code, 401001);
  });
  await t.step("a field it does not know, a missing one, a wrong type", async () => {
    const misspelt = { data: { ...presettleInput(mdtrt_id).data, acct_use_flag: "1" } };
    assert.match((await centre.send("2206A", misspelt)).err_msg ?? "", /校验失败/);
    assert.equal((await centre.send("2205", { data: { psn_no, mdtrt_id } })).infcode, -1);
    const typed = { data: { ...presettleInput(mdtrt_id).data, medfee_sumamt: true } };
    assert.equal((await centre.send("2206A", typed)).infcode, -1);
  });
  await t.step("the number without A, another total, sums that are not its own", async () => {
    assert.equal((await centre.send("2206", presettleInput(mdtrt_id))).err_msg, "交易编号不存在");
    const total = { data: { ...presettleInput(mdtrt_id).data, medfee_sumamt: "126.41" } };
    assert.equal((await centre.send("2206A", total)).err_msg, "医疗费总额与明细不符");
    const shares = { data: { ...settleInput(mdtrt_id).data, preselfpay_amt: 2.49 } };
    assert.equal((await centre.send("2207A", shares)).err_msg, "费用分割与明细不符");
  });
  await t.step("a message of somebody who did not sign in", async () => {
    const envelope = { ...centre.envelope("2206A", presettleInput(mdtrt_id)), sign_no: "SN1" };
    const answer = await (await centre.post("2206A", JSON.stringify(envelope))).json();
    assert.match(answer.err_msg, /未签到/);
  });
});

Deno.test("a refusal has its text first and a Java stack behind it", async () => {
  using centre = openRawCentre({ region: { infcodeAsText: true } });
  centre.faults.plan("insurance", "1101", { kind: "refuse", text: "基金已冻结" });
  const answer = await centre.send("1101", {
    data: { mdtrt_cert_type: "02", mdtrt_cert_no: PATIENT.idNumber },
  });
  assert.equal(answer.infcode, "-1");
  assert.match(answer.err_msg ?? "", /^基金已冻结\n\tat /);
});

Deno.test("a centre that was killed opens its books where it left them", async () => {
  using folder = new TemporaryFolder();
  const file = folder.file("books");
  let mdtrt_id = "";
  {
    using centre = openRawCentre({ store: file });
    mdtrt_id = await openFeeVisit(centre);
    await centre.send("2207A", settleInput(mdtrt_id));
  }
  using centre = openRawCentre({ store: file });
  centre.now = new Date(centre.now.getTime() + 60_000);
  const visits = await centre.send("5201", {
    data: { psn_no, begntime: "2026-03-12 00:00:00", endtime: "2026-03-12 23:59:59" },
  });
  assert.equal(visits.output.mdtrtinfo[0].mdtrt_id, mdtrt_id);
  assert.ok(visits.output.mdtrtinfo[0].setl_id);
});

function statement(sent: { readonly count: number }): unknown {
  return {
    data: {
      insutype: "310",
      clr_type: "11",
      setl_optins: "441900",
      stmt_begndate: "2026-03-12",
      stmt_enddate: "2026-03-12",
      medfee_sumamt: "0.00",
      fund_pay_sumamt: "0.00",
      acct_pay: "0.00",
      fixmedins_setl_cnt: sent.count,
      REFD_SETL_FLAG: "1",
    },
  };
}

function voucherInput(): unknown {
  return {
    data: {
      orgId: INSTITUTION,
      businessType: "01301",
      operatorId: "ZZ0317",
      operatorName: "自助机0317",
      officeId: "",
      officeName: "",
      deviceType: "SelfService",
      mdtrt_cert_type: "01",
      ecQrCode: PATIENT.codes.insuranceVoucher,
    },
  };
}
