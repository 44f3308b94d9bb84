/** The browser of all scripts here; `tests/browser.sh` says what the variables are. */

import { createRequire } from "node:module";
import { resolve } from "node:path";

const { BROWSER_MODULES: modules, CHROMIUM: executablePath } = process.env;
export const require = createRequire(resolve(modules, "any.js"));
const { chromium } = require("playwright-core");
const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export const launch = () => chromium.launch({ executablePath, args });
