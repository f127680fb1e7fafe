import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import type { ChosenFile, ImportModelInstance } from "./model.ts";

const WORDS = ZH.imports;

export function FileForm({ flow }: { readonly flow: ImportModelInstance }): JSX.Element {
  const id = useId();
  const [name, setName] = useState("");
  const { columns, sample } = WORDS.of[flow.subject.value];
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    await flow.check(await chosenFile(event.currentTarget));
  }
  return (
    <form class="form" onSubmit={(event) => void send(event)} data-testid="import-file">
      <div class="field">
        <label class="field-label" htmlFor={id}>{WORDS.choose}</label>
        <div class="file-field">
          <input
            id={id}
            type="file"
            name="file"
            accept=".csv,text/csv"
            aria-describedby={`${id}-hint`}
            onChange={(event) => setName(event.currentTarget.files?.[0]?.name ?? "")}
            data-testid="field-file"
          />
          <span class="rs-btn rs-btn-default" aria-hidden="true">{WORDS.browse}</span>
          <span class="file-name" aria-hidden="true">{name === "" ? WORDS.noFile : name}</span>
        </div>
        <p class="field-hint" id={`${id}-hint`}>
          {WORDS.fileHint}
          {columns}
          <br />
          {sample}
        </p>
      </div>
      <div>
        <Button
          type="submit"
          appearance="primary"
          loading={flow.sending.busy.value}
          data-testid="import-check"
        >
          {WORDS.check}
        </Button>
      </div>
    </form>
  );
}

async function chosenFile(form: EventTarget | null): Promise<ChosenFile | null> {
  if (!(form instanceof HTMLFormElement)) return null;
  const file = new FormData(form).get("file");
  if (!(file instanceof File) || file.name === "") return null;
  return { name: file.name, bytes: new Blob([await file.arrayBuffer()]) };
}
