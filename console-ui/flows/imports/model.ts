import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { ImportError, ImportReport } from "../../../server/modules/access/imports/contract.ts";
import { OUTCOME_UNKNOWN, refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import type { PagedList } from "../paged_list.ts";
import { pagedRows } from "../paged_rows.ts";
import { type Submission, submission } from "../submission.ts";

/** What a file is read into. */
export type ImportSubject = "organisations" | "terminals";

const CHECKS = {
  organisations: "POST /organisations/import/check",
  terminals: "POST /terminals/import/check",
} as const;

const IMPORTS = {
  organisations: "POST /organisations/import",
  terminals: "POST /terminals/import",
} as const;

/** As the platform takes. */
export const FILE_BYTES_MAX = 2 * 1024 * 1024;
const DIFFERS = "access.import_differs";

/** The bytes as they were when they were checked, whatever becomes of the file on the disk. */
export interface ChosenFile {
  readonly name: string;
  readonly bytes: Blob;
}

export type ImportStep =
  | { readonly kind: "choosing" }
  | {
    readonly kind: "checked";
    readonly file: ChosenFile;
    readonly report: ImportReport;
    readonly errors: PagedList<ImportError>;
  }
  | { readonly kind: "unknown"; readonly file: ChosenFile }
  | { readonly kind: "done"; readonly report: ImportReport };

export interface ImportFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly subject: ReadonlySignal<ImportSubject>;
  readonly step: ReadonlySignal<ImportStep>;
  readonly sending: Submission;
  check(file: ChosenFile | null): Promise<void>;
  /** What was checked, and nothing else. */
  apply(): Promise<void>;
  restart(): void;
}

/** Choose a file, see all that is wrong with it, then import exactly that file. */
export const ImportModel = createModel(
  function importing({ port, notify }: PageContext, subject: ImportSubject): ImportFlow {
    const step = signal<ImportStep>({ kind: "choosing" });
    const sending = submission();

    function restart(): void {
      step.value = { kind: "choosing" };
      sending.clear();
    }

    return {
      subject: signal(subject),
      step,
      sending,
      show: () => {},
      async check(file: ChosenFile | null): Promise<void> {
        if (file === null) return sending.refuse(refusalOf("console.no_file"));
        if (file.bytes.size > FILE_BYTES_MAX) return sending.refuse(refusalOf("access.too_large"));
        const checked = await sending.send(() => port.call(CHECKS[subject], { file: file.bytes }));
        if (!checked) return;
        const report = checked.value;
        step.value = { kind: "checked", file, report, errors: pagedRows(report.errors) };
      },
      async apply(): Promise<void> {
        const at = step.value;
        if (at.kind !== "checked" || at.report.errors.length > 0) return;
        const { digest, plan } = at.report;
        const done = await sending.send(() =>
          port.call(IMPORTS[subject], {
            file: at.file.bytes,
            query: { digest, plan },
          })
        );
        const code = sending.refusal.value?.code;
        if (done) {
          step.value = { kind: "done", report: done.value };
          notify(ZH.imports.done);
        } else if (code === OUTCOME_UNKNOWN) step.value = { kind: "unknown", file: at.file };
        else if (code === DIFFERS) step.value = { kind: "choosing" };
      },
      restart,
    };
  },
);

export type ImportModelInstance = Model<ImportFlow>;
