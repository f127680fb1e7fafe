import { portableEngine } from "../portable.ts";
import { exchangeKeys, workTogether } from "./interop.ts";
import { softwareProvider } from "./software_provider.ts";
import { conformsTo } from "./suite.ts";

const portable = () => softwareProvider("portable", portableEngine());

conformsTo("portable", portable);
workTogether("two portable", portable, portable);
exchangeKeys("two portable", portable, portable);
