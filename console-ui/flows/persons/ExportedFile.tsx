import type { JSX } from "preact";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { saveFile } from "../../ui/save_file.ts";

const WORDS = ZH.persons.export;
const KILOBYTE = 1_000;

interface ExportedFileProps {
  readonly file: Blob;
  readonly person: PersonView;
  readonly onClose: () => void;
}

/** The file is gone from this page with the dialog. */
export function ExportedFile({ file, person, onClose }: ExportedFileProps): JSX.Element {
  const size = WORDS.kilobytes((file.size / KILOBYTE).toFixed(1));
  return (
    <div class="form">
      <p role="status">{WORDS.done(size)}</p>
      <div class="dialog-actions">
        <Button onClick={onClose} data-testid="close">{WORDS.again}</Button>
        <Button
          appearance="primary"
          onClick={() => saveFile(`person-${person.id}.zip`, file)}
          data-testid="download"
        >
          {WORDS.download}
        </Button>
      </div>
    </div>
  );
}
