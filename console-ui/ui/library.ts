/** The one file that names the component library (docs/decisions/0012-console-components.md). */

// @ts-types="./library_types.d.ts"
export { Button, CustomProvider, Loader, Message, Modal } from "rsuite";
// @ts-types="./library_types.d.ts"
export { zhCN } from "rsuite/locales";
