import type { JSX } from "preact";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Page } from "../../ui/Page.tsx";

/** What one may do, and how one came in, so that a sign-in by somebody else is noticed. */
export function HomeScreen({ session }: { readonly session: SessionInfo }): JSX.Element {
  const words = ZH.home;
  const { signedInAt, factors, passwordExpiresAt, permissions } = session;
  return (
    <Page title={words.greeting(session.name)} testId="home">
      <div class="panels">
        <section class="panel">
          <h2 class="panel-title">{words.permissions}</h2>
          {permissions.length === 0 ? <p>{words.noPermissions}</p> : (
            <ul class="plain-list">
              {permissions.map(({ permission, title }) => <li key={permission}>{title}</li>)}
            </ul>
          )}
        </section>
        <section class="panel">
          <h2 class="panel-title">{words.session}</h2>
          <dl class="facts">
            <dt>{words.signedInAt}</dt>
            <dd>{momentText(signedInAt)}</dd>
            <dt>{words.factors}</dt>
            <dd>{factors.map((factor) => words.factor[factor]).join("、")}</dd>
            <dt>{words.passwordExpiresAt}</dt>
            <dd>{passwordExpiresAt === null ? words.never : momentText(passwordExpiresAt)}</dd>
          </dl>
        </section>
      </div>
    </Page>
  );
}
