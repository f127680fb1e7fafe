import type { JSX } from "preact";
import { DevicePage } from "./DevicePage.tsx";
import type { Dock, DockModelInstance, DockPage } from "./model.ts";
import { PaperPage } from "./PaperPage.tsx";
import { PersonPage } from "./PersonPage.tsx";
import { WORDS } from "./words.ts";

const PAGES: readonly DockPage[] = ["persons", "devices", "paper", "tour"];

interface DockPanelProps {
  readonly dock: DockModelInstance;
  readonly sandboxUrl: string;
}

export function DockPanel({ dock, sandboxUrl }: DockPanelProps): JSX.Element {
  const open = dock.open.value;
  return (
    <>
      <button
        type="button"
        class="dock-toggle"
        data-testid="dock-toggle"
        aria-expanded={open}
        aria-label={open ? WORDS.close : WORDS.open}
        onClick={() => dock.toggle()}
      >
        {open ? "›" : WORDS.title}
      </button>
      {open && <Panel dock={dock} sandboxUrl={sandboxUrl} />}
    </>
  );
}

function Panel({ dock, sandboxUrl }: DockPanelProps): JSX.Element {
  return (
    <aside class="dock-panel" data-testid="dock" aria-label={WORDS.title}>
      <div class="dock-head">
        <strong>{WORDS.title}</strong>
        <a href={sandboxUrl} target="_blank" rel="noopener" data-testid="dock-sandbox">
          {WORDS.sandbox}
        </a>
      </div>
      <nav class="dock-tabs">
        {PAGES.map((page) => (
          <button
            key={page}
            type="button"
            data-testid={`dock-page-${page}`}
            aria-pressed={dock.page.value === page}
            onClick={() => dock.show(page)}
          >
            {WORDS.pages[page]}
          </button>
        ))}
      </nav>
      <div class="dock-page">
        <Page dock={dock} />
      </div>
      <div class="dock-foot">
        <CardNow dock={dock} />
        <p class="dock-label">{WORDS.phone}</p>
        <div class="dock-row">
          <button type="button" data-testid="dock-phone-pay" onClick={() => void dock.phone("pay")}>
            {WORDS.phonePay}
          </button>
          <button
            type="button"
            data-testid="dock-phone-refuse"
            onClick={() => void dock.phone("refuse")}
          >
            {WORDS.phoneRefuse}
          </button>
        </div>
        <p class="dock-note" role="status" data-testid="dock-note">{dock.note}</p>
      </div>
    </aside>
  );
}

function Page({ dock }: { readonly dock: Dock }): JSX.Element {
  switch (dock.page.value) {
    case "persons":
      return <PersonPage dock={dock} />;
    case "devices":
      return <DevicePage dock={dock} />;
    case "paper":
      return <PaperPage dock={dock} />;
    case "tour":
      return (
        <ol class="dock-tour">
          {WORDS.tour.map(([title, text]) => (
            <li key={title}>
              <strong>{title}</strong>
              {text}
            </li>
          ))}
        </ol>
      );
  }
}

function CardNow({ dock }: { readonly dock: Dock }): JSX.Element | null {
  const card = dock.state.value?.card;
  if (!card) return null;
  const name = dock.persons.value.find((each) => each.id === card.personId)?.name ?? "";
  return (
    <div class="dock-card">
      <span>{WORDS.cardIn(name)}</span>
      <button
        type="button"
        data-testid="dock-pull-card"
        onClick={() => void dock.device({ do: "pull_card" })}
      >
        {WORDS.pull}
      </button>
    </div>
  );
}
