// The tools that `scripts/install browser` installed, which are not beside these files.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.CHAKANA_TOOLS, "browser", "package.json"));

export const { chromium } = require("playwright-core");
export const { HtmlValidate } = require("html-validate");
export const axe = require("axe-core");
