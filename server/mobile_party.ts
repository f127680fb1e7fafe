import type { SmProvider } from "../crypto/provider.ts";
import { openWrapperCipher } from "./gateways/mobile_insurance/cipher.ts";
import {
  type MobileInsuranceClient,
  openMobileInsurance,
} from "./gateways/mobile_insurance/client.ts";
import { CITY_COORDINATES, NATIONAL_MOBILE } from "./gateways/mobile_insurance/profile.ts";
import { providerSigner } from "./gateways/mobile_insurance/signer.ts";
import {
  type MedicalWalletClient,
  openMedicalWallet,
} from "./gateways/mobile_insurance/wallet_client.ts";
import type { WrapperLine } from "./gateways/mobile_insurance/wrapper.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Party } from "./platform/party.ts";

/** The centre for mobile payment and its wallet, as the configuration names them. */
export interface MobileParty {
  readonly config: NonNullable<Config["mobile_insurance"]>;
  readonly party: Party;
  readonly walletParty: Party;
}

export interface MobileLines {
  readonly centre: MobileInsuranceClient;
  readonly wallet: MedicalWalletClient;
  /** Opens what the centre reports. */
  readonly line: WrapperLine;
}

/** The party with the platform's key: the wrapper is signed by the provider. */
export function openMobileLines(
  { config, party, walletParty }: MobileParty,
  { provider, clock }: { readonly provider: SmProvider; readonly clock: Clock },
): MobileLines {
  const app = { appId: config.app_id, appSecret: config.app_secret };
  const line: WrapperLine = {
    ...app,
    cipher: openWrapperCipher(app),
    signer: providerSigner(provider, Uint8Array.fromHex(config.centre_key)),
    profile: NATIONAL_MOBILE,
  };
  return {
    line,
    centre: openMobileInsurance({ party, line, clock }),
    wallet: openMedicalWallet({
      party: walletParty,
      key: { app: config.wallet_app, secret: config.wallet_secret },
      clock,
      app: {
        appid: config.wallet_appid,
        subMchid: config.wallet_sub_mchid,
        geoLocation: CITY_COORDINATES,
        callbackUrl: config.report_url,
      },
    }),
  };
}
