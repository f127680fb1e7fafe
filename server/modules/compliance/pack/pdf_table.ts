/** What we use of a PDFKit document. */
type Document = PDFKit.PDFDocument;

export interface Cell {
  readonly text: string;
  readonly colour?: string;
}

export interface PdfTableOptions {
  readonly heads: readonly string[];
  /** Parts of the width. */
  readonly widths: readonly number[];
  readonly size: number;
  readonly ink: string;
}

const PADDING = 3;
const LINE = "#b8bec6";
const HEAD_FILL = "#eef1f5";

/** Rows under heads that stand on every page; what is longer than a page ends with an ellipsis. */
export class PdfTable {
  readonly #document: Document;
  readonly #options: PdfTableOptions;
  readonly #widths: readonly number[];

  constructor(document: Document, options: PdfTableOptions) {
    this.#document = document;
    this.#options = options;
    const { left, right } = document.page.margins;
    const whole = document.page.width - left - right;
    const parts = options.widths.reduce((sum, width) => sum + width, 0);
    this.#widths = options.widths.map((width) => whole * width / parts);
    this.#heads();
  }

  row(cells: readonly Cell[]): void {
    const document = this.#document;
    document.fontSize(this.#options.size);
    if (document.y + this.#heightOf(cells) > this.#bottom()) {
      document.addPage();
      this.#heads();
    }
    this.#draw(cells, null);
  }

  #heads(): void {
    this.#document.fontSize(this.#options.size);
    this.#draw(this.#options.heads.map((text) => ({ text })), HEAD_FILL);
  }

  #draw(cells: readonly Cell[], fill: string | null): void {
    const document = this.#document;
    const top = document.y;
    const left = document.page.margins.left;
    const height = Math.min(this.#heightOf(cells), this.#bottom() - top);
    let x = left;
    cells.forEach(({ text, colour }, at) => {
      const width = this.#widths[at] ?? 0;
      document.rect(x, top, width, height);
      if (fill === null) document.stroke(LINE);
      else document.fillAndStroke(fill, LINE);
      document.fillColor(colour ?? this.#options.ink).text(text, x + PADDING, top + PADDING, {
        width: width - 2 * PADDING,
        height: height - PADDING,
        ellipsis: true,
      });
      x += width;
    });
    document.x = left;
    document.y = top + height;
  }

  #heightOf(cells: readonly Cell[]): number {
    const heights = cells.map(({ text }, at) =>
      this.#document.heightOfString(text || " ", { width: (this.#widths[at] ?? 0) - 2 * PADDING })
    );
    return Math.max(...heights) + 2 * PADDING;
  }

  #bottom(): number {
    const { page } = this.#document;
    return page.height - page.margins.bottom;
  }
}
