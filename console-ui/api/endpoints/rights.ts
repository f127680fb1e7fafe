import type {
  AccountPage,
  AccountQuery,
  AccountStateBody,
  AccountView,
  ChangeAccountBody,
  CreateAccountBody,
  CreatedAccount,
} from "../../../server/modules/access/accounts/contract.ts";
import type { ImportReport } from "../../../server/modules/access/imports/contract.ts";
import type {
  ChangeOrganisationBody,
  CreateOrganisationBody,
  OrganisationPage,
  OrganisationQuery,
  OrganisationView,
} from "../../../server/modules/access/organisations/contract.ts";
import type {
  ChangeRoleBody,
  CreateRoleBody,
  DecideRequestBody,
  GrantPage,
  GrantQuery,
  PermissionList,
  RequestChoices,
  RequestChoicesQuery,
  RequestRightsBody,
  RightsExplanation,
  RightsRequestPage,
  RightsRequestQuery,
  RightsRequestView,
  RoleList,
  RoleView,
} from "../../../server/modules/access/rights/contract.ts";
import type { SecondFactorReset } from "../../../server/modules/access/sign_in/contract.ts";
import type { Asks, Bare, Endpoint, OfOne, Sends, SendsFile } from "../endpoint.ts";

interface Shown {
  readonly query: Pick<ImportReport, "digest" | "plan">;
}

/** Names of permissions are told by the platform: a list known to it, not to this type. */
type Loose<Body> = Omit<Body, "permissions"> & { readonly permissions?: readonly string[] };

type ExplanationQuery = Readonly<
  Record<"accountId" | "organisationId", string> & Partial<Record<"address", string>>
>;

export interface OneTimePassword {
  readonly oneTimePassword: string;
  readonly expiresAt: string;
}

/** Organisations, accounts, roles and grants. */
export interface RightsEndpoints {
  readonly "GET /organisations": Endpoint<Asks<OrganisationQuery>, OrganisationPage>;
  readonly "GET /organisations/{id}": Endpoint<OfOne, OrganisationView>;
  readonly "POST /organisations": Endpoint<Sends<CreateOrganisationBody>, OrganisationView>;
  readonly "PATCH /organisations/{id}": Endpoint<
    OfOne & Sends<ChangeOrganisationBody>,
    OrganisationView
  >;
  /** CSV, without the mark of UTF-8. */
  readonly "GET /organisations/export": Endpoint<Bare, string>;
  readonly "POST /organisations/import/check": Endpoint<SendsFile, ImportReport>;
  readonly "POST /organisations/import": Endpoint<SendsFile & Shown, ImportReport>;
  readonly "POST /terminals/import/check": Endpoint<SendsFile, ImportReport>;
  readonly "POST /terminals/import": Endpoint<SendsFile & Shown, ImportReport>;
  readonly "GET /accounts": Endpoint<Asks<AccountQuery>, AccountPage>;
  readonly "GET /accounts/{id}": Endpoint<OfOne, AccountView>;
  readonly "POST /accounts": Endpoint<Sends<CreateAccountBody>, CreatedAccount>;
  readonly "PATCH /accounts/{id}": Endpoint<OfOne & Sends<ChangeAccountBody>, AccountView>;
  readonly "POST /accounts/{id}/enable": Endpoint<OfOne & Sends<AccountStateBody>, AccountView>;
  readonly "POST /accounts/{id}/disable": Endpoint<OfOne & Sends<AccountStateBody>, AccountView>;
  readonly "POST /accounts/{id}/close": Endpoint<OfOne & Sends<AccountStateBody>, AccountView>;
  readonly "POST /accounts/{id}/password-reset": Endpoint<OfOne, OneTimePassword>;
  readonly "POST /accounts/{id}/second-factor/reset": Endpoint<OfOne, SecondFactorReset>;
  readonly "GET /permissions": Endpoint<Bare, PermissionList>;
  readonly "GET /roles": Endpoint<Bare, RoleList>;
  readonly "POST /roles": Endpoint<Sends<Loose<CreateRoleBody>>, RoleView>;
  readonly "PATCH /roles/{id}": Endpoint<OfOne & Sends<Loose<ChangeRoleBody>>, RoleView>;
  readonly "DELETE /roles/{id}": Endpoint<OfOne, null>;
  readonly "GET /grants": Endpoint<Asks<GrantQuery>, GrantPage>;
  readonly "GET /rights-requests": Endpoint<Asks<RightsRequestQuery>, RightsRequestPage>;
  readonly "GET /own-rights-requests": Endpoint<Asks<RightsRequestQuery>, RightsRequestPage>;
  readonly "GET /rights-request-choices": Endpoint<Asks<RequestChoicesQuery>, RequestChoices>;
  readonly "POST /rights-requests": Endpoint<Sends<RequestRightsBody>, RightsRequestView>;
  readonly "POST /rights-requests/{id}/approve": Endpoint<
    OfOne & Sends<DecideRequestBody>,
    RightsRequestView
  >;
  readonly "POST /rights-requests/{id}/refuse": Endpoint<
    OfOne & Sends<DecideRequestBody>,
    RightsRequestView
  >;
  readonly "POST /rights-requests/{id}/withdraw": Endpoint<OfOne, RightsRequestView>;
  readonly "GET /rights-explanations": Endpoint<
    { readonly query: ExplanationQuery },
    RightsExplanation
  >;
}
