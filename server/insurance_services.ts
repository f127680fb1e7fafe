import { type MobileLines, openMobileLines } from "./mobile_party.ts";
import { getOrganisation } from "./modules/access/find_organisation.ts";
import type { AuditWriter } from "./modules/audit/record_events.ts";
import {
  type FindIdentificationDeps,
  findPersonOf,
  patientIdsOf,
} from "./modules/identity/find_identification.ts";
import type { CheckCoverageDeps } from "./modules/insurance/check_coverage.ts";
import { closedAdapter } from "./modules/insurance/closed_adapter.ts";
import { fsiAdapter } from "./modules/insurance/fsi_adapter.ts";
import { hisAdapter } from "./modules/insurance/his/his_adapter.ts";
import type { InsuranceAdapters } from "./modules/insurance/insurance_leg.ts";
import { mobileAdapter } from "./modules/insurance/mobile/mobile_adapter.ts";
import type { MedicalMixDeps } from "./modules/payment/channels/medical_mix.ts";
import type { RowTags } from "./platform/row_tags.ts";
import type { PlatformDeps } from "./services.ts";
import { NATIONAL_MOBILE } from "./gateways/mobile_insurance/profile.ts";

export function insuranceDeps(platform: PlatformDeps, audit: AuditWriter): CheckCoverageDeps {
  const { db, clock, sealer, profile, parties } = platform;
  return { db, clock, sealer, audit, profile, client: parties.insurance };
}

/** Null where nothing is settled by the centre for mobile payment. */
export function mobileLinesOf(platform: PlatformDeps): MobileLines | null {
  const { mobileInsurance } = platform.parties;
  return mobileInsurance ? openMobileLines(mobileInsurance, platform) : null;
}

/** Every route with its adapter; which one an order takes is the setting `insurance.route`. */
export function insuranceAdapters(
  platform: PlatformDeps,
  { audit, tags, mobile }: {
    readonly audit: AuditWriter;
    readonly tags: RowTags;
    readonly mobile: MobileLines | null;
  },
): InsuranceAdapters {
  const { db, clock, sealer, parties, profile } = platform;
  const identities: FindIdentificationDeps = { db, clock, sealer };
  const common = { db, clock, sealer, tags };
  return {
    fsi: fsiAdapter({ ...insuranceDeps(platform, audit), tags }),
    his: hisAdapter({
      ...common,
      his: parties.his,
      hisPatientIdOf: async (id) => (await patientIdsOf(identities, id)).hisPatientId,
    }),
    mobile: mobile
      ? mobileAdapter({
        ...common,
        ...mobile,
        profile: NATIONAL_MOBILE,
        texts: profile,
        personOf: (id) => findPersonOf(identities, id),
      })
      : closedAdapter(),
  };
}

/** What the mode `medical_mix` pays by; null where there is no such centre. */
export function medicalMixDeps(
  platform: PlatformDeps,
  { mobile, tags }: { readonly mobile: MobileLines | null; readonly tags: RowTags },
): MedicalMixDeps | null {
  const { db, clock, sealer, profile } = platform;
  return mobile && {
    db,
    clock,
    tags,
    sealer,
    wallet: mobile.wallet,
    personOf: (id) => findPersonOf({ db, clock, sealer }, id),
    async institutionOf(id) {
      const { name, code } = await getOrganisation({ db }, id);
      return { name, code, cityId: profile.admdvs };
    },
  };
}
