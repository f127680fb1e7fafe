import { publicKeyOf, sign, verify } from "../../crypto/sm2.ts";
import { inProcessFetch } from "../../sandbox/faults.ts";
import { PATIENT } from "../../sandbox/insurance/worked_visit.ts";
import {
  createMobileInsuranceSandbox,
  type MobileInsuranceSandbox,
} from "../../sandbox/mobile_insurance/create_mobile_insurance_sandbox.ts";
import { openWrapperCipher } from "../../server/gateways/mobile_insurance/cipher.ts";
import { openMobileInsurance } from "../../server/gateways/mobile_insurance/client.ts";
import { NATIONAL_MOBILE } from "../../server/gateways/mobile_insurance/profile.ts";
import {
  type MedicalWalletClient,
  openMedicalWallet,
} from "../../server/gateways/mobile_insurance/wallet_client.ts";
import type { WrapperLine } from "../../server/gateways/mobile_insurance/wrapper.ts";
import { decodeVoucher } from "../../server/modules/insurance/decode_voucher.ts";
import { openStage, SITE, type Stage } from "../../server/modules/insurance/claim_stage_test.ts";
import type { InsuranceAdapter } from "../../server/modules/insurance/insurance_leg.ts";
import {
  mobileAdapter,
  type MobileAdapterDeps,
} from "../../server/modules/insurance/mobile/mobile_adapter.ts";
import { openParty } from "../../server/platform/party.ts";
import type { TestDb } from "../db.ts";
import {
  askAdapter,
  askAdapterBack,
  type InsuranceRig,
  type InsuranceStage,
} from "./insurance_rig.ts";

const APP = { appId: "1F2E3D4C5B6A79880123456789ABCDEF", appSecret: "SECRET-OF-TESTS-ONLY" };
const WALLET_KEY = { app: "yikatong", secret: "wallet-secret-of-tests" };
const PLATFORM_KEY = new Uint8Array(32).fill(7);
const CENTRE_KEY = new Uint8Array(32).fill(9);
/** Where each step goes, and what the centre itself settles with. */
const CALLS = { quote: "6202", settle: "place", void: "6203" } as const;
const BEHIND = { quote: "2206", settle: "2207", void: "2208" } as const;

export interface MobileStage extends InsuranceStage {
  readonly deps: MobileAdapterDeps;
  readonly line: WrapperLine;
  readonly sandbox: MobileInsuranceSandbox;
  readonly wallet: MedicalWalletClient;
  /** Bodies that came to the platform's address for reports. */
  readonly reports: string[];
}

/** The centre for mobile payment and the wallet behind it. */
export const MOBILE_RIG: InsuranceRig = {
  name: "mobile",
  open: (own) => openMobileStage(own),
};

export async function openMobileStage(own: TestDb): Promise<MobileStage> {
  const stage = await openStage({ own });
  const { faults } = stage;
  const reports: string[] = [];
  const { adapter, ...parts } = openAdapter(stage, reports);
  return {
    stage,
    ...parts,
    reports,
    async newOrder() {
      const code = PATIENT.codes.insuranceVoucher ?? "";
      const holder = await decodeVoucher(stage.deps, { site: SITE, code, service: "pay" });
      if (holder.kind !== "done") throw new Error(`Cannot read the voucher: ${holder.kind}`);
      const { ecToken } = holder.value;
      const order = await stage.newOrder(undefined, {
        type: "01",
        number: ecToken,
        cardIdentifier: null,
      });
      return { ...order, site: { ...order.site, route: "mobile" } };
    },
    ask: (context, ask) => askAdapter(stage, adapter, { context, ask }),
    askReturn: (original, ask) => askAdapterBack(stage, adapter, { original, ask }),
    lose: (step, kind) => void faults.plan("mobile_insurance", CALLS[step], { kind }),
    refuse: (step) =>
      void faults.plan("insurance", BEHIND[step], { kind: "refuse", text: "待遇已暂停" }),
    misstate: (step) =>
      void faults.plan("insurance", BEHIND[step], { kind: "wrong_amount", byFen: 1 }),
    async [Symbol.asyncDispose]() {
      parts.sandbox[Symbol.dispose]();
      await stage[Symbol.asyncDispose]();
    },
  };
}

function openAdapter(stage: Stage, reports: string[]): {
  adapter: InsuranceAdapter;
  deps: MobileAdapterDeps;
  line: WrapperLine;
  sandbox: MobileInsuranceSandbox;
  wallet: MedicalWalletClient;
} {
  const { deps: { clock, db, sealer, tags, profile: texts }, faults, centre } = stage;
  const platformKey = publicKeyOf(PLATFORM_KEY);
  const centreKey = publicKeyOf(CENTRE_KEY);
  const sandbox = createMobileInsuranceSandbox({
    store: ":memory:",
    clock,
    faults,
    centre,
    secrets: {
      centre: { ...APP, privateKey: CENTRE_KEY, platformKey },
      wallet: WALLET_KEY,
      reportUrl: () => "http://platform.test/api/notify/mobile-insurance",
    },
    async fetch(_input, init) {
      reports.push(String(init?.body));
      return await Promise.resolve(Response.json({ success: "true" }));
    },
  });
  const fetch = inProcessFetch(sandbox.app.fetch);
  const options = { timeoutMs: 2_000, clock, fetch };
  const party = openParty({ name: "mobile", baseUrl: "http://mobile.test", ...options });
  const line: WrapperLine = {
    ...APP,
    cipher: openWrapperCipher(APP),
    profile: NATIONAL_MOBILE,
    signer: {
      sign: (message) => Promise.resolve(sign(PLATFORM_KEY, message)),
      verify: (message, signature) => Promise.resolve(verify(centreKey, message, signature)),
    },
  };
  const wallet = openMedicalWallet({
    party,
    key: WALLET_KEY,
    clock,
    app: {
      appid: "wx0000000000000000",
      subMchid: "1900000001",
      geoLocation: "113.751800,23.020500",
      callbackUrl: "http://platform.test/wallet",
    },
  });
  const deps: MobileAdapterDeps = {
    db,
    centre: openMobileInsurance({ party, line, clock }),
    wallet,
    profile: NATIONAL_MOBILE,
    texts,
    clock,
    tags,
    sealer,
    personOf: () => Promise.resolve({ name: PATIENT.name, idNumber: PATIENT.idNumber }),
  };
  return { adapter: mobileAdapter(deps), deps, line, sandbox, wallet };
}
