import { createHash } from "node:crypto";
import { chinaTime, type Clock } from "../../server/platform/clock.ts";
import type { CityPerson } from "../city/city.ts";
import { Faults } from "../faults.ts";
import { createInsuranceSandbox } from "./insurance.ts";
import { DONGGUAN_SANDBOX, type SandboxRegion } from "./region.ts";

/** For tests: the worked visit of nhsa.md §5, sent as raw envelopes. */

export const PATIENT: CityPerson = {
  idNumber: "441900199001010011",
  name: "样例甲",
  gender: "1",
  birth: "1990-01-01",
  idCardValidUntil: "长期",
  phone: "13900000000",
  address: "东莞市莞城街道",
  psnNo: "44000019000000000000900001",
  card: { number: "D12345678", identifier: "441900D156000005", version: "3.00" },
  codes: { insuranceVoucher: "2812345678901234567890123456", essc: null, health: null },
  insurance: [
    { insutype: "310", psnType: "1101", status: "1", insuplcAdmdvs: "441900", balanceFen: 31_205n },
    { insutype: "390", psnType: "1501", status: "2", insuplcAdmdvs: "450100", balanceFen: 0n },
  ],
  hisRecords: [],
  story: null,
};

/** Catalogue code, quantity, price, amount of the four lines. */
export const LINES = [
  ["001110200010000-11020001", "1", "10.00", "10.00"],
  ["XJ01CAA040E001010100001", "2", "18.60", "37.20"],
  ["002503010010000-250301001", "1", "25.00", "25.00"],
  ["ZZZZZZZ0000000000001", "2", "27.10", "54.20"],
] as const;

export const INSTITUTION = "H44190012345";

export interface RawAnswer {
  readonly infcode: number | string;
  readonly err_msg: string | null;
  // deno-lint-ignore no-explicit-any -- tests pick single fields of every kind of output
  readonly output: any;
}

export interface RawCentre extends Disposable {
  readonly faults: Faults;
  now: Date;
  /** Signs in once, then sends under a fresh msgid unless one is given. */
  send(infno: string, input: unknown, options?: { msgid?: string }): Promise<RawAnswer>;
  /** The body and headers untouched, for what a careless caller may send. */
  post(infno: string, body: string, headers?: Record<string, string>): Promise<Response>;
  envelope(infno: string, input: unknown, msgid?: string): Record<string, unknown>;
}

export function openRawCentre(options: {
  readonly region?: Partial<SandboxRegion>;
  readonly store?: string;
} = {}): RawCentre {
  const faults = new Faults();
  const region: SandboxRegion = { ...DONGGUAN_SANDBOX, ...options.region };
  let now = new Date("2026-03-12T01:30:15Z");
  let serial = 0;
  let signNo = "";
  const clock: Clock = { now: () => now };
  const sandbox = createInsuranceSandbox({
    store: options.store ?? ":memory:",
    clock,
    faults,
    region,
    city: { persons: [PATIENT] },
  });
  const centre: RawCentre = {
    faults,
    get now() {
      return now;
    },
    set now(value: Date) {
      now = value;
    },
    async send(infno, input, { msgid } = {}) {
      if (signNo === "" && infno !== "9001") {
        const signIn = { opter_no: "ZZ0317", mac: "02-42-AC-11-00-02", ip: "10.19.3.17" };
        signNo = (await centre.send("9001", { signIn })).output.signinoutb.sign_no;
      }
      const envelope = centre.envelope(infno, input, msgid);
      return await (await centre.post(infno, JSON.stringify(envelope))).json();
    },
    async post(infno, body, headers) {
      return await sandbox.app.request(`/ebus/gdyb_api/prd/hsa/hgs/${infno}`, {
        method: "POST",
        body,
        headers: headers ?? tifHeaders(now),
      });
    },
    envelope(infno, input, msgid) {
      const time = chinaTime(now);
      const number = String(++serial).padStart(4, "0");
      return {
        infno,
        msgid: msgid ?? `${INSTITUTION}${time.replace(/\D/g, "")}${number}`,
        mdtrtarea_admvs: "441900",
        insuplc_admdvs: ["9001", "1101", "1162"].includes(infno) ? "" : "441900",
        recer_sys_code: "01",
        dev_no: "KSK-0317",
        dev_safe_info: "",
        cainfo: "",
        signtype: "SM3",
        infver: "V1.0",
        opter_type: "2",
        opter: "ZZ0317",
        opter_name: "自助机0317",
        inf_time: time,
        fixmedins_code: INSTITUTION,
        fixmedins_name: "示例社区卫生服务中心",
        sign_no: signNo,
        input,
      };
    },
    [Symbol.dispose]: () => sandbox[Symbol.dispose](),
  };
  return centre;
}

export function tifHeaders(at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const nonce = "8fK2mQ7z";
  const secret = DONGGUAN_SANDBOX.tif?.secretKey ?? "";
  return {
    "x-tif-paasid": DONGGUAN_SANDBOX.tif?.paasid ?? "",
    "x-tif-timestamp": timestamp,
    "x-tif-nonce": nonce,
    "x-tif-signature": createHash("sha256").update(timestamp + secret + nonce + timestamp)
      .digest("hex"),
  };
}

const BATCH = "B20260312000457";
const CERTIFICATE = { mdtrt_cert_type: "02", mdtrt_cert_no: PATIENT.idNumber };

/** 2201, 2203A and 2204; answers mdtrt_id. */
export async function openFeeVisit(centre: RawCentre, number = "MZ1"): Promise<string> {
  const registered = await centre.send("2201", {
    data: {
      psn_no: PATIENT.psnNo,
      insutype: "310",
      begntime: "2026-03-12 09:31:02",
      ...CERTIFICATE,
      ipt_otp_no: number,
      atddr_no: "D441900012345",
      dr_name: "样例医师",
      dept_code: "0301",
      dept_name: "全科医疗科",
      caty: "A02",
      expContent: {},
    },
  });
  const mdtrt_id: string = registered.output.data.mdtrt_id;
  await centre.send("2203A", {
    mdtrtinfo: {
      mdtrt_id,
      psn_no: PATIENT.psnNo,
      med_type: "11",
      begntime: "2026-03-12 09:31:02",
    },
    diseinfo: [{
      diag_type: "1",
      diag_srt_no: 1,
      diag_code: "J06.900",
      diag_name: "上呼吸道感染",
      diag_dept: "全科医疗科",
      dise_dor_no: "D441900012345",
      dise_dor_name: "样例医师",
      diag_time: "2026-03-12 09:35:00",
      vali_flag: "1",
    }],
  });
  await centre.send("2204", feeInput(mdtrt_id));
  return mdtrt_id;
}

export function feeInput(mdtrt_id: string): unknown {
  return {
    feedetail: LINES.map(([code, quantity, price, amount], index) => ({
      feedetl_sn: `MZ-${index}`,
      mdtrt_id,
      psn_no: PATIENT.psnNo,
      chrg_bchno: BATCH,
      rx_circ_flag: "0",
      fee_ocur_time: "2026-03-12 09:40:00",
      med_list_codg: code,
      medins_list_codg: `X${index}`,
      det_item_fee_sumamt: Number(amount),
      cnt: Number(quantity),
      pric: Number(price),
      bilg_dept_codg: "0301",
      bilg_dept_name: "全科医疗科",
      bilg_dr_codg: "D441900012345",
      bilg_dr_name: "样例医师",
      hosp_appr_flag: "1",
    })),
  };
}

export function presettleInput(mdtrt_id: string): { data: Record<string, unknown> } {
  return {
    data: {
      psn_no: PATIENT.psnNo,
      ...CERTIFICATE,
      med_type: "11",
      medfee_sumamt: 126.4,
      psn_setlway: "01",
      mdtrt_id,
      chrg_bchno: BATCH,
      acct_used_flag: "1",
      insutype: "310",
      expContent: {},
    },
  };
}

export function settleInput(mdtrt_id: string): { data: Record<string, unknown> } {
  return {
    data: {
      ...presettleInput(mdtrt_id).data,
      invono: "",
      fulamt_ownpay_amt: 54.2,
      overlmt_selfpay: 0,
      preselfpay_amt: 2.5,
      inscp_scp_amt: 69.7,
    },
  };
}
