export const PANEL_CSS = `
:root { --ink: #17242f; --soft: #536471; --line: #dde4ea; --ground: #f2f5f7; --main: #0b5f8a;
  --good: #0a6b3d; --wait: #7a4d00; --bad: #a3211a; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
header { padding: 1.5rem 1rem 1.25rem; background: #0d2c40; color: #fff; }
header h1, header p { max-width: 76rem; margin: 0 auto; }
header h1 { font-size: 1.5rem; font-weight: 600; }
header p { margin-top: .2rem; color: #c4d6e2; }
main { max-width: 78rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
section { margin: 0 0 1.25rem; padding: 1.1rem 1.4rem 1.3rem; background: #fff;
  border: 1px solid var(--line); border-radius: .75rem; }
h2 { display: flex; align-items: center; gap: .6rem; margin: 0 0 .8rem; font-size: 1.05rem; }
h2 b { padding: 0 .55rem; border-radius: 1rem; background: var(--ground); color: var(--soft);
  font-size: .85rem; }
h2 .quiet { margin-left: auto; font-weight: 400; }
form { display: flex; flex-wrap: wrap; gap: .9rem; align-items: flex-end; }
label { display: flex; flex-direction: column; gap: .25rem; color: var(--soft); font-size: .85rem; }
label[hidden] { display: none; }
select, input { height: 2.4rem; min-width: 9rem; padding: 0 .7rem; border: 1px solid #b9c5ce;
  border-radius: .5rem; background: #fff; color: var(--ink); font: inherit; font-size: .95rem; }
input[type=number] { min-width: 5.5rem; width: 5.5rem; }
button { padding: .35rem .8rem; border: 1px solid #b9c5ce; border-radius: .5rem; background: #fff;
  color: var(--ink); font: inherit; font-size: .85rem; cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--main); color: var(--main); }
button.main { border-color: var(--main); background: var(--main); color: #fff; }
form button.main { height: 2.4rem; padding: 0 1.4rem; font-size: .95rem; }
button:focus-visible, select:focus-visible, input:focus-visible, a:focus-visible {
  outline: 3px solid #7cc0e8; outline-offset: 1px; }
ul { margin: 0; padding: 0; list-style: none; }
li { display: flex; gap: 1rem; align-items: center; justify-content: space-between;
  padding: .55rem 0; border-top: 1px solid var(--line); }
li:first-child { border-top: 0; }
em { color: var(--bad); font-style: normal; }
small { display: block; color: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th { padding: .35rem .6rem; color: var(--soft); font-weight: 500; text-align: left; white-space: nowrap; }
td { padding: .5rem .6rem; border-top: 1px solid var(--line); white-space: nowrap; }
td.money { font-variant-numeric: tabular-nums; text-align: right; padding-right: 2rem; }
th.money { text-align: right; padding-right: 2rem; }
.acts { text-align: right; }
.acts button, .acts a { margin-left: .4rem; }
a { color: var(--main); font-size: .85rem; }
i { padding: .1rem .6rem; border-radius: 1rem; font-style: normal; font-size: .85rem; }
i.good { background: #e2f3e9; color: var(--good); }
i.wait { background: #fdf0d8; color: var(--wait); }
i.off { background: #edf0f2; color: var(--soft); }
.empty { margin: 0; color: var(--soft); }
#toast { position: fixed; right: 1.5rem; bottom: 1.5rem; margin: 0; padding: .7rem 1.2rem;
  border-radius: .6rem; color: #fff; opacity: 0; transition: opacity .2s; pointer-events: none; }
#toast.good { background: var(--good); opacity: 1; }
#toast.bad { background: var(--bad); opacity: 1; }
`;
