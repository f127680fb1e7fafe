import type { JSX } from "preact";
import type { DevPaperLine } from "../../terminal/dev_contract.ts";
import { QrCode } from "../ui/QrCode.tsx";
import type { Dock } from "./model.ts";
import { WORDS } from "./words.ts";

/** The printed bytes as paper: what the virtual printer understood, line by line. */
export function PaperPage({ dock }: { readonly dock: Dock }): JSX.Element {
  const sheets = dock.paper.value?.sheets ?? [];
  if (sheets.length === 0) return <p class="dock-label">{WORDS.noPaper}</p>;
  return (
    <>
      <div class="dock-row">
        <button
          type="button"
          data-testid="dock-take-paper"
          onClick={() => void dock.device({ do: "take_paper" })}
        >
          {WORDS.tear}
        </button>
      </div>
      {[...sheets].reverse().map((sheet) => (
        <div
          key={sheet.id}
          class={sheet.cut ? "dock-sheet" : "dock-sheet dock-sheet-hanging"}
          data-testid="dock-sheet"
        >
          {sheet.lines.map((line, index) => <PaperLine key={index} line={line} />)}
        </div>
      ))}
    </>
  );
}

function PaperLine({ line }: { readonly line: DevPaperLine }): JSX.Element {
  if (line.kind === "qr") {
    return (
      <div class={`dock-line dock-line-${line.align}`}>
        <span class="dock-qr">
          <QrCode text={line.text} label={line.text} />
        </span>
      </div>
    );
  }
  return (
    <div class={`dock-line dock-line-${line.align}`}>
      {line.runs.map((run, index) => (
        <span
          key={index}
          class={`${run.bold ? "dock-bold " : ""}${run.height > 1 ? "dock-tall" : ""}`}
        >
          {run.text}
        </span>
      ))}
      {line.runs.length === 0 && "\u00a0"}
    </div>
  );
}
