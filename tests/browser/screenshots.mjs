/**
 * Pictures of a page: `BROWSER_MODULES=… CHROMIUM=… node tests/browser/screenshots.mjs report.html FOLDER [NAME …]`.
 * The variables are those of tests/browser.sh; without names all pictures are taken.
 */

import { join, resolve } from "node:path";
import { launch } from "./browser.mjs";

const [file, folder, ...wanted] = process.argv.slice(2);
const browser = await launch();

/** Takes one picture: of the window, of a place in the page, or of the whole page. */
async function picture(name, { place = "", whole = false, hash = "", before = async () => {}, ...options }) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const context = await browser.newContext({ viewport: { width: 1100, height: 1250 }, ...options });
  const page = await context.newPage();
  await page.goto(`file://${resolve(file)}${hash}`);
  await page.waitForSelector("html.alive", { state: "attached" });
  await before(page);
  const path = join(folder, `${name}.png`);
  if (place) await page.locator(place).first().screenshot({ path });
  else await page.screenshot({ path, fullPage: whole });
  await context.close();
}

const section = "section.experiment";
await picture("report-top", { before: (page) => page.locator(section).first().scrollIntoViewIfNeeded() });
await picture("report", { place: section });
await picture("report-dark", { place: section, colorScheme: "dark" });
await picture("report-grey", { place: section, before: (page) => page.addStyleTag({ content: "html { filter: grayscale(1); }" }) });
await picture("report-phone", { viewport: { width: 390, height: 1600 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
await picture("report-paper", { place: section, before: (page) => page.emulateMedia({ media: "print" }), viewport: { width: 794, height: 1123 } });
await browser.close();
