// A city that is not there, its pages served by the program itself, and a browser to open them with.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const program = process.env.KOKUHO_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "kokuho");
const households = process.env.KOKUHO_SHOTS === "1" ? "800" : "60";

/** Starts the demonstration and answers where it is, who may log in, and how to end it. */
export async function startDemo() {
  if (!existsSync(program)) throw new Error(`${program} is not built: cargo build -p kokuho`);
  const folder = mkdtempSync(join(tmpdir(), "kokuho-browser-"));
  const child = spawn(program, ["demo", "--households", households, "--port", "0", "--folder", join(folder, "demo"), "--notices", "2"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "" };
  const ready = new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said.text += chunk;
      const address = said.text.match(/http:\/\/127\.0\.0\.1:\d+/);
      const password = said.text.match(/パスワード (\S+)/);
      if (address && password) resolve({ url: address[0], password: password[1] });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (code) => reject(new Error(`the demonstration ended with ${code}:\n${said.text}`)));
    setTimeout(() => reject(new Error(`the demonstration did not open its pages in time:\n${said.text}`)), 180_000).unref();
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(late);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await ready), clerk: "tanto", counter: "mado", chief: "kacho", administrator: "kanri", auditor: "kansa", store: `sqlite:${join(folder, "demo", "city.db")}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs 夜間処理 of a day beside the served pages, as an office's timetable does. */
export function night(demo, on) {
  const given = ["--store", demo.store, "--city", "131032", "--as", demo.clerk, "--on", on];
  return execFileSync(program, ["nightly", ...given], { encoding: "utf8" });
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.KOKUHO_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--force-color-profile=srgb"],
  });

/** A window of a counter's size. What the browser complains of is kept in `page.complaints`. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "ja-JP", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    // A refused form is answered with 4xx on purpose; the page says why.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) page.complaints.push(message.text());
  });
  return page;
}

/** Types number and password as hands do, once the first field has the focus; what follows Enter must match `arrived`. */
export async function typePassword(page, demo, who, arrived) {
  await page.waitForFunction(() => document.activeElement?.id === "login");
  await page.keyboard.type(who);
  await page.keyboard.press("Tab");
  await page.keyboard.type(demo.password);
  await Promise.all([page.waitForURL(arrived), page.keyboard.press("Enter")]).catch(async (late) => {
    const said = await page.locator("[role=alert]").allInnerTexts();
    throw new Error(`${page.url()} says: ${said.join(" ")}`, { cause: late });
  });
}

/** Logs in with the keyboard alone: the first field has the focus, Enter leads on. */
export async function logIn(page, demo, who, path = "/") {
  await page.goto(demo.url + path);
  await typePassword(page, demo, who, (url) => !url.pathname.startsWith("/login"));
}

/** Types words into the search box and sends them, as hands do; the answer is on the page afterwards. */
export async function search(page, demo, words) {
  if (!(await page.locator("#search").count())) await page.goto(`${demo.url}/search`);
  await page.fill("#search", words);
  await Promise.all([page.waitForEvent("load"), page.press("#search", "Enter")]);
}

/** One household of the city as its pages show it. */
export async function someHousehold(page, demo, row = 0) {
  await page.goto(`${demo.url}/runs/1`);
  const link = page.locator("tr[data-open] a[data-row]").nth(row);
  const name = (await link.innerText()).trim();
  const href = (await link.getAttribute("href")).replace(/\/levy\/.*/, "");
  await page.goto(demo.url + href);
  const subject = page.locator(".subject");
  const kana = (await subject.locator(".name small").innerText()).trim();
  const number = (await subject.locator(".pair").nth(0).innerText()).replace("記号番号", "").trim();
  const birth = (await subject.locator(".pair").nth(1).innerText()).replace("生年月日", "").replace(/（.*/, "").trim();
  return { name, kana, number, birth, href };
}

/** Keeps a picture for the documents when asked to. */
export async function picture(page, name, options = {}) {
  if (process.env.KOKUHO_SHOTS !== "1") return;
  const folder = join(root, "docs", "images");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: false, ...options });
}

/** Opens, for a picture, a household on which there is something to see: several people, a warning, an end. */
export async function openRichHousehold(page, demo) {
  await page.goto(`${demo.url}/runs/1`);
  const links = await page.$$eval("tr[data-open] a[data-row]", (all) => all.map((one) => one.getAttribute("href")));
  let best = { href: "", worth: -1 };
  for (const link of links) {
    const href = link.replace(/\/levy\/.*/, "");
    await page.goto(demo.url + href);
    const worth =
      (await page.locator(".subject .badge").count()) * 2 +
      Math.min(await page.locator("main table").first().locator("tbody tr").count(), 4) +
      (await page.locator("svg rect.former, svg rect.special").count()) * 3;
    if (worth > best.worth) best = { href, worth };
  }
  await page.goto(demo.url + best.href);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** No serious obstacle on the page, and nothing beyond the width of the screen. Needs a window without the policy. */
export async function accessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations
    .filter((one) => one.impact === "serious" || one.impact === "critical")
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
  assert.deepEqual(serious, [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name} is ${wide}px wider than the screen`);
  // On a counter's screen nothing of a list lies beyond the edge of its card.
  const beyond = await page.evaluate(() =>
    innerWidth < 1280 ? [] : [...document.querySelectorAll(".card")].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText.slice(0, 40)),
  );
  assert.deepEqual(beyond, [], name);
}
