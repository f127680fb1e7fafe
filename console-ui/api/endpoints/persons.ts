import type {
  Consent,
  WithdrawConsentBody,
} from "../../../server/modules/identity/consent/contract.ts";
import type {
  Erasure,
  PersonView,
  RevealedPerson,
  RevealPersonBody,
  SearchPersonsBody,
} from "../../../server/modules/identity/persons/contract.ts";
import type {
  RelativeConsent,
  RelativeConsentPage,
  SearchConsentsBody,
  WithdrawByStaffBody,
} from "../../../server/modules/insurance/relatives/console/contract.ts";
import type { Endpoint, OfOne, Sends } from "../endpoint.ts";

interface WithReason extends OfOne {
  readonly body: { readonly reason: string };
}

interface Consents {
  readonly consents: readonly Consent[];
}

/** Personal data; what is looked for is in a body, never in an address. */
export interface PersonEndpoints {
  readonly "POST /persons/search": Endpoint<
    Sends<SearchPersonsBody>,
    { readonly persons: readonly PersonView[] }
  >;
  readonly "POST /relative-consents/search": Endpoint<
    Sends<Partial<SearchConsentsBody>>,
    RelativeConsentPage
  >;
  readonly "POST /relative-consents/{id}/withdraw": Endpoint<
    OfOne & Sends<WithdrawByStaffBody>,
    RelativeConsent
  >;
  readonly "GET /persons/{id}": Endpoint<OfOne, PersonView>;
  readonly "POST /persons/{id}/reveal": Endpoint<OfOne & Sends<RevealPersonBody>, RevealedPerson>;
  /** A ZIP. */
  readonly "POST /persons/{id}/export": Endpoint<WithReason, Blob>;
  readonly "POST /persons/{id}/erase": Endpoint<WithReason, Erasure>;
  readonly "GET /persons/{id}/consents": Endpoint<OfOne, Consents>;
  readonly "POST /persons/{id}/consents/withdraw": Endpoint<
    OfOne & Sends<WithdrawConsentBody>,
    Consents
  >;
}
