/** Big enough for a 75-year-old; contrast over 7:1 (WCAG 2.2 AAA), fingers find 64 px. */
export const PHONE_CSS = `
body { margin: 0; background: #faf7f1; color: #14242b; font: 20px/1.6 sans-serif; }
main { max-width: 480px; margin: 0 auto; padding: 0 20px 24px; }
.place { margin: 0 -20px; padding: 14px 20px; background: #0a4c55; color: #fff; }
h1 { font-size: 28px; line-height: 1.35; margin: 20px 0 12px; }
h2 { font-size: 24px; margin: 20px 0 0; }
.note, .number { color: #3c4a51; margin: 8px 0 16px; }
.number { margin-top: 28px; padding-top: 16px; border-top: 1px solid #d9d4c8; overflow-wrap: anywhere; }
.note span { white-space: nowrap; }
.amount { font-size: 48px; line-height: 1.2; font-weight: 700; margin: 0 0 8px; }
.amount span { margin-right: 10px; font-size: 22px; font-weight: 400; }
.way { display: block; width: 100%; min-height: 72px; box-sizing: border-box; margin: 16px 0;
  padding: 16px; border: 3px solid #0a4c55; border-radius: 14px; background: #0a4c55; color: #fff;
  font: inherit; font-size: 24px; line-height: 1.5; font-weight: 700; text-align: center;
  text-decoration: none; -webkit-appearance: none; appearance: none; }
.way-medical_mix { background: #fff; color: #0a4c55; }
.way:active { filter: brightness(0.9); }
.way:focus { outline: 4px solid #9cc3bf; outline-offset: 2px; }
.now { margin: 20px 0 8px; padding: 18px 20px; border-radius: 14px; background: #e1eeec;
  color: #063940; font-size: 24px; line-height: 1.5; font-weight: 700; }
.wait, .again { background: #fdf0d3; color: #5e3a00; }
.good { background: #e3f2e8; color: #0e5132; }
.warn { margin: 12px 0; padding: 14px 18px; border-radius: 14px; background: #fdf0d3; color: #5e3a00; }
.bills { list-style: none; margin: 12px 0; padding: 0; border-radius: 14px; background: #fff; }
.bills li { display: flex; justify-content: space-between; padding: 12px 14px;
  border-top: 1px solid #d9d4c8; }
.bills li:first-child { border-top: 0; }
.bills small { display: block; color: #3c4a51; font-size: 18px; }
.bills b { margin-left: 12px; white-space: nowrap; }
.again { margin: 16px 0 0; padding: 14px 18px; border-radius: 14px; }
`;
