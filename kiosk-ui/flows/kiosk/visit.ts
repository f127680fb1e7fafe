import type { Model } from "@preact/signals";
import type { Credential, PatientView } from "../../../server/modules/identity/contract.ts";
import type { Service } from "../../../server/modules/settings/contract.ts";
import { BillsModel } from "../bills/model.ts";
import type { PatientSession } from "../flow.ts";
import { IdentifyModel, type KnownReply } from "../identify/model.ts";
import { InpatientModel } from "../inpatient/model.ts";
import { ProfileModel } from "../profile/model.ts";
import { RefundModel } from "../refund/model.ts";
import { RegisterModel } from "../register/model.ts";
import type { HeldOrderDeps } from "./held_order.ts";
import { ordering } from "./ordering.ts";
import type { OrderStage, PresentAgain } from "./step.ts";

export interface Visit {
  /** Whoever comes; null: chooses what to do afterwards. */
  identify(service: Service | null, isForRefund?: boolean): void;
  identifyAgain(again: PresentAgain): void;
  /** On to what this patient wants. */
  proceed(session: PatientSession): void;
  showRefunds(session: PatientSession): void;
  backToSlots(shown: OrderStage): void;
}

/** Which screen follows which, from who comes to what is paid. */
export function visit({ context, go }: HeldOrderDeps): Visit {
  const { order, payBills, paySlot, payIn } = ordering({ context, go, identifyAgain });

  function identify(service: Service | null, isForRefund = false): void {
    const flow = new IdentifyModel(context, service, {
      known(reply, medium) {
        if (isForRefund) showRefunds(sessionOf(reply, medium, service));
        else admit(reply, medium, service);
      },
      newPatient: (identificationId, patient, medium) => {
        const profile = new ProfileModel(
          context,
          { identificationId, patient },
          (reply) => admit(reply, medium, service),
        );
        go({ kind: "profile", patient, flow: profile });
      },
    });
    go({ kind: "identify", service, flow, again: null });
  }

  function admit(reply: KnownReply, medium: Credential["kind"], service: Service | null): void {
    const session = sessionOf(reply, medium, service);
    // Insurance has no part in deposits.
    const isOwn = service === "inpatient";
    if (isOwn || session.insurance.status === "covered") proceed(session);
    else go({ kind: "coverage", session });
  }

  /** The same patient with another medium: session and order go on where they were (R-KIO-23). */
  function identifyAgain(again: PresentAgain): void {
    const { session, ordered } = again;
    const { service } = session;
    const flow = new IdentifyModel(context, service, {
      known(reply, medium) {
        if (!isSamePatient(reply.patient, session.patient)) {
          return identifyAgain({ ...again, isStranger: true });
        }
        const next = sessionOf(reply, medium, service);
        const isCovered = next.insurance.status === "covered";
        if (ordered && isCovered) order(next, { ...ordered, settlement: "insurance" });
        else if (isCovered) proceed(next);
        else go({ kind: "coverage", session: next });
      },
      newPatient: () => identifyAgain({ ...again, isStranger: true }),
    });
    go({ kind: "identify", service, flow, again });
  }

  function proceed(session: PatientSession): void {
    const { medium, presentedFor, service } = session;
    const isOther = service !== null && service !== (presentedFor ?? "pay");
    if (service === "inpatient") showStay(session);
    else if (medium === "insurance_face" && isOther) {
      identifyAgain({ session, ordered: null, isStranger: false });
    } else if (session.service === "pay") showBills(session);
    else if (session.service === "register") void showRegister(session).load();
    else go({ kind: "services", session });
  }

  function showRefunds(session: PatientSession): void {
    const flow = new RefundModel(context, session);
    go({ kind: "refund", session, flow });
    void flow.load();
  }

  function showStay(session: PatientSession): void {
    const flow = new InpatientModel(
      context,
      session,
      (amount, stay) => payIn(session, amount, stay),
    );
    go({ kind: "inpatient", session, flow });
    void flow.load();
  }

  function showBills(session: PatientSession): void {
    const flow = new BillsModel(context, session, (choice) => payBills(session, choice));
    go({ kind: "bills", session, flow });
    void flow.load();
  }

  function showRegister(session: PatientSession): Model<ReturnType<typeof newRegister>> {
    const flow = newRegister(session);
    go({ kind: "register", session, flow });
    return flow;
  }

  function newRegister(session: PatientSession) {
    return new RegisterModel(context, session, (choice) => paySlot(session, choice));
  }

  function backToSlots(shown: OrderStage): void {
    if (shown.summary.kind !== "registration") return;
    const { schedule } = shown.summary;
    void showRegister(shown.session).resume(schedule);
  }

  return { identify, identifyAgain, proceed, showRefunds, backToSlots };
}

function sessionOf(
  { id: identificationId, patient, insurance }: KnownReply,
  medium: Credential["kind"],
  service: Service | null,
): PatientSession {
  return { identificationId, patient, insurance, medium, service, presentedFor: service };
}

/** As much as a screen knows of a patient; the platform knows better and refuses others' bills. */
function isSamePatient(left: PatientView, right: PatientView): boolean {
  return left.maskedIdNumber === right.maskedIdNumber && left.maskedName === right.maskedName;
}
