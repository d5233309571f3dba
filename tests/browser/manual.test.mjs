// The manual is tried: every chapter's way is walked, its pictures are taken, and what it quotes is looked for on the pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import * as eligibility from "./eligibility.mjs";
import { hands, read, seen, show } from "./hands.mjs";
import { finger, inHiding, keptAndGiven, numbersOf, registersAndTables, seat } from "./manual-guards.mjs";
import { moveIn } from "./move-in.mjs";
import { renew } from "./renewal.mjs";
import { byRevenue } from "./revenue.mjs";
import { launch, logIn, open, program, search, startDemo } from "./support.mjs";

/** Seconds a person takes for one stroke, and to read one page. Slower than a beginner at an office. */
const STROKE = 0.5;
const PAGE = 8;
const FIVE_MINUTES = 300;
const MOST_BYTES = 4 * 1024 * 1024;

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const folder = join(root, "docs", "manual");

let demo, browser, page, keys, home;
const at = (path) => page.goto(demo.url + path);

before(async () => {
  demo = await startDemo();
  browser = await launch();
  page = await open(browser);
  keys = await hands(page);
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Sends the form in hand, looks at what it would do, and confirms. */
async function carryOut(name, options) {
  await page.click("text=確認へ進む");
  await page.waitForSelector("text=まだ何も変わっていません");
  if (name) await show(page, name, options);
  else await read(page);
  await Promise.all([page.waitForEvent("load"), page.locator("button[value=confirm]").click()]);
  await read(page);
}

test("a family of four is registered, has its papers and hears the first year's amount within five minutes", async () => {
  // What would be a click of the mouse ends the test.
  await page.addInitScript(() => {
    for (const kind of ["mousedown", "pointerdown", "touchstart"]) {
      addEventListener(kind, () => { if (!sessionStorage.mouse) console.error("a mouse was used"); }, true);
    }
  });
  const began = Date.now();
  const { total, instalments, ...rest } = await moveIn({ page, keys, demo });
  home = rest.home;
  const own = (Date.now() - began) / 1000;
  const person = own + keys.count.strokes * STROKE + keys.count.pages * PAGE;
  console.log(`# ${total}円（${instalments.length}期）: ${keys.count.strokes} strokes, ${keys.count.pages} pages, ${own.toFixed(1)} s of the machine, ${person.toFixed(0)} s of a person`);
  assert.ok(person < FIVE_MINUTES, `${person} s`);
  assert.deepEqual(page.complaints, [], "no mouse, no error");
  await page.evaluate(() => { sessionStorage.mouse = "yes"; });
});

test("log-in and search", async () => {
  await at("/");
  await show(page, "login-home");
  await at(home);
  await show(page, "login-household", { height: 420 });
  await at("/search");
  await show(page, "search-help");
  await search(page, demo, "ス");
  await show(page, "search-list", { height: 520 });
  await search(page, demo, "ヌヌヌヌ");
  await read(page);
});

test("the income that becomes known corrects the amount", async () => {
  await at(`${home}/tasks`);
  await show(page, "household-tasks", { height: 640 });
  for (const [row, pay] of [["90000011", "5200000"], ["90000012", "1100000"], ["90000013", "0"], ["90000014", "0"]]) {
    await at(`${home}/declare/income?person=${row}`);
    await page.selectOption("#person", row);
    if (pay === "0") await page.selectOption("#filing", { label: "申告不要" });
    await page.fill("#salary_revenue", pay);
    const first = row === "90000011";
    if (first) await show(page, "correction-income", { height: 760 });
    await carryOut(first ? "correction-preview" : "");
  }
  for (const path of ["/people/90000011", "/people/90000011/incomes"]) {
    await at(path);
    await read(page);
  }
  await at(`${home}/levy/2026`);
  assert.equal(await page.locator("text=所得の分からない人がいます").count(), 0);
  await page.locator(".why-card > details.why > summary").first().click();
  await page.locator(".why-card > details.why[open] details.why > summary").first().click();
  await show(page, "levy-why", { height: 900 });
  await at(`${home}/preview`);
  await read(page);
  await at("/trial");
  await show(page, "levy-trial", { height: 520 });
});

test("the burden class is judged", async () => {
  await at(`${home}/judgement`);
  await show(page, "judgement-page", { height: 900 });
  await at(`${home}/judge`);
  await read(page);
});

test("an application for 2割 by revenue is received and decided", () => byRevenue({ page, demo, carryOut }));

test("a lost paper is issued again, and a returned letter is closed", async () => {
  await at(`${home}/certificates`);
  await show(page, "certificates-list", { height: 640 });
  await page.locator("tbody tr", { hasText: "転入　花子" }).locator("a").first().click();
  await page.selectOption("#what", { label: "08 再交付する（紛失）" });
  await page.fill("#words", "外出先で紛失した");
  await show(page, "certificates-one", { height: 1000 });
  await Promise.all([page.waitForEvent("load"), page.click("text=登録する")]);
  await read(page);
  assert.match(await page.locator("main").innerText(), /再交付の回/);
  const code = await page.locator("dt:text-is('読取符号') + dd").innerText();
  await page.selectOption("#what", { label: "01 印刷した（用紙の様式を読み取る）" });
  await page.fill("#words", "100101");
  await Promise.all([page.waitForEvent("load"), page.click("text=登録する")]);
  await page.selectOption("#what", { label: "04 発送した" });
  await read(page);
  await Promise.all([page.waitForEvent("load"), page.click("text=登録する")]);
  await at("/certificates/scan");
  await page.fill("#code", code.trim());
  await show(page, "certificates-scan");
  await Promise.all([page.waitForEvent("load"), page.click("text=登録する")]);
  assert.match(await page.locator("[role=status]").innerText(), /返戻/);
  await show(page, "certificates-returned");
  await at(`${home}/apply`);
  await show(page, "certificates-apply", { height: 760 });
  await at("/certificates");
  await read(page);
});

test("another head, a household merged, a member who leaves", async () => {
  await at(`${home}/change/head`);
  await page.fill("#occurred_on", "080608");
  await page.selectOption("#head", { label: "転入　花子" });
  await show(page, "household-head");
  await carryOut("household-head-preview", { height: 900 });
  for (const kind of ["merge", "split"]) {
    await at(`${home}/change/${kind}`);
    await show(page, `household-${kind}`);
  }
  await at(`${home}/loss`);
  await page.fill("#cause", "42");
  await page.fill("#occurred_on", "080609");
  const row = page.locator(".field.tick", { hasText: "転入　一郎" }).locator("input");
  await row.check();
  await page.click("text=確認へ進む");
  await page.waitForSelector("#cause-wrong, h1:text('の確認')");
  await show(page, "leave-form");
  const letter = (await page.locator("main").innerText()).match(/(42[a-z]) 社会保険/);
  if (letter) {
    await page.fill("#cause", letter[1]);
    await carryOut("leave-preview", { height: 1100 });
  } else {
    await carryOut("leave-preview", { height: 1100 });
  }
});

test("what was done is taken back, and a second person approves", async () => {
  await at(`${home}/tasks`);
  await show(page, "undo-list", { height: 900 });
  await page.locator("tbody tr", { hasText: "資格異動の登録" }).first().locator("a:text-is('取り消す')").click();
  await page.waitForSelector("text=確認へ進む");
  await page.fill("#note", "別人の届出だった");
  await show(page, "undo-form");
  await carryOut("undo-preview", { height: 900 });
  // 職権による喪失 waits for a second person.
  await at(`${home}/loss`);
  await page.fill("#cause", "42a");
  await page.fill("#occurred_on", "080609");
  await page.locator(".field.tick", { hasText: "転入　さくら" }).locator("input").check();
  await page.click("text=確認へ進む");
  await page.waitForSelector("text=別の職員の承認が要ります");
  await read(page);
  await Promise.all([page.waitForEvent("load"), page.locator("button[value=confirm]").click()]);
  await read(page);
  const chief = await open(browser);
  await logIn(chief, demo, demo.chief);
  await show(chief, "approval-home", { height: 420 });
  await chief.goto(`${demo.url}/approvals`);
  await show(chief, "approval-list", { height: 420 });
  await chief.locator("main a[data-row]").first().click();
  await chief.waitForURL(/\/approvals\/\d+/);
  await show(chief, "approval-one", { height: 1000 });
  await Promise.all([chief.waitForEvent("load"), chief.click("text=承認する")]);
  await read(chief);
  assert.match(await chief.locator("main").innerText(), /承認済/);
  await chief.goto(`${demo.url}/staff`);
  await show(chief, "errors-refused", { height: 300 });
  await chief.goto(`${demo.url}/nowhere`);
  await show(chief, "errors-nowhere", { height: 300 });
});

test("what is wrong is said beside its field, and the hand is there", async () => {
  await at(`${home}/loss`);
  await page.fill("#cause", "99");
  await page.fill("#occurred_on", "R8.13.1");
  await Promise.all([page.waitForEvent("load"), page.click("text=確認へ進む")]);
  await show(page, "errors-input");
  assert.equal((await keys.focus()).id, "cause");
  await page.fill("#cause", "44");
  await page.fill("#occurred_on", "080609");
  await Promise.all([page.waitForEvent("load"), page.click("text=確認へ進む")]);
  await read(page);
  await at(`${home}/declare/income`);
  await page.fill("#business", "百万円");
  await Promise.all([page.waitForEvent("load"), page.click("text=確認へ進む")]);
  assert.equal((await keys.focus()).id, "business");
  await read(page);
  await at("/people/1");
  await read(page);
  await at(`${home}/issue`);
  await page.locator("input[type=checkbox]").first().check();
  await page.selectOption("#kind", { label: "資格情報のお知らせ" });
  await Promise.all([page.waitForEvent("load"), page.click("text=確認へ進む")]);
  await read(page);
});

test("the year's work", async () => {
  const clerk = await open(browser);
  await logIn(clerk, demo, demo.clerk);
  await clerk.goto(`${demo.url}/runs`);
  await show(clerk, "yearly-runs");
  await clerk.fill("#note", "手引きの練習");
  await Promise.all([clerk.waitForURL(/\/runs\/\d+$/), clerk.locator("main form button").first().click()]);
  await clerk.waitForFunction(() => document.querySelector("h1 ~ .badge")?.textContent === "計算済", null, { timeout: 60_000 });
  await show(clerk, "yearly-run", { height: 760 });
  const run = clerk.url();
  for (const path of [`${home}/tasks`, "/notices/1"]) {
    await clerk.goto(demo.url + path);
    await read(clerk);
  }
  const chief = await open(browser);
  await logIn(chief, demo, demo.chief);
  await chief.goto(run);
  await show(chief, "yearly-approve", { height: 760 });
  for (const [name, path] of [["yearly-cut-over", "/cut-over"], ["yearly-ages", "/ages"], ["yearly-notices", "/notices?run=1"], ["yearly-jobs", "/jobs"]]) {
    await clerk.goto(demo.url + path);
    await show(clerk, name, { height: 560 });
  }
  await renew({ clerk: { page: clerk, keys: await hands(clerk) }, chief: { page: chief, keys: await hands(chief) }, demo });
});

test("what waits, and what came by file", async () => {
  await at("/work?of=all");
  await show(page, "work-list");
  const item = page.locator("main a[data-row]").first();
  await item.click();
  await page.waitForURL(/\/work\/\d+/);
  await show(page, "work-item", { height: 900 });
  await at("/files");
  await show(page, "work-files", { height: 480 });
  await at("/held");
  await show(page, "work-held");
  await at("/people/new");
  await read(page);
});

test("statuses, lists, letters, proofs, 職権, bulk changes, and what comes by hand", async () => {
  const clerk = await open(browser);
  await logIn(clerk, demo, demo.clerk);
  await clerk.goto(`${demo.url}/households/1000003`);
  const person = (await clerk.content()).match(/\/people\/(\d+)/)[1];
  await eligibility.statuses(clerk, demo, person);
  await eligibility.lists(clerk, demo);
  await eligibility.proof(clerk, demo, person);
  await eligibility.exOfficio(clerk, demo, "10000010");
  await eligibility.bulk(clerk, demo);
  await eligibility.arrive(clerk, demo);
  await eligibility.merge(clerk, demo);
  await eligibility.others(clerk, demo);
  assert.deepEqual(clerk.complaints, []);
});

test("an address under 支援措置 is told to nobody", async () => {
  await search(page, demo, "ミホン マモリ");
  await page.locator("a[data-row]", { hasText: "見本　守" }).click();
  await page.waitForURL(/\/people\/\d+/);
  await show(page, "work-support", { height: 420 });
  const shown = await page.locator("main").innerText();
  assert.match(shown, /支援措置対象者/);
  assert.ok(!shown.includes("見本町一丁目2番3号"), shown);
  await inHiding({ page, browser, demo, carryOut });
});

test("a number is used and registered, and a doubtful one is settled by two", () => numbersOf({ browser, demo, home }));
test("registers are kept, and a table is taken out", () => registersAndTables({ browser, demo }));
test("what is kept, for how long, and who may be given what", () => keptAndGiven({ browser, demo }));
test("a finger opens the pages once its terminal is registered", () => finger({ browser, demo }));

test("who fails too often is locked out, and the administrator sees and ends it", async () => {
  const other = await open(browser);
  await other.goto(`${demo.url}/login`);
  for (let times = 0; times < 6; times += 1) {
    await other.fill("#login", demo.clerk);
    await other.fill("#password", "wrong-password");
    await Promise.all([other.waitForEvent("load"), other.press("#password", "Enter")]);
  }
  await show(other, "errors-locked");
  const administrator = await open(browser);
  await logIn(administrator, demo, demo.administrator);
  await administrator.goto(`${demo.url}/staff`);
  assert.match(await administrator.locator("tr", { hasText: demo.clerk }).innerText(), /失敗により停止/);
  await show(administrator, "admin-staff", { height: 760 });
  const row = () => administrator.locator("tr", { hasText: demo.clerk });
  for (const label of ["停止する", "再開する"]) {
    await Promise.all([administrator.waitForEvent("load"), row().getByText(label).first().click()]);
    await read(administrator);
  }
  const auditor = await open(browser);
  await logIn(auditor, demo, demo.auditor);
  await auditor.goto(`${demo.url}/access-log`);
  await show(auditor, "admin-access-log", { height: 760 });
});

test("the manual opens from every page at the chapter that explains it", async () => {
  await at(home);
  const [tab] = await Promise.all([page.context().waitForEvent("page"), keys.press("?")]);
  await tab.waitForSelector("article.prose h1");
  assert.match(new URL(tab.url()).pathname, /^\/manual\//);
  await tab.close();
  await at("/manual");
  const chapters = await page.$$eval(".contents ol > li > a", (all) => all.map((one) => one.getAttribute("href")));
  assert.ok(chapters.length >= 15, `${chapters.length} chapters`);
  for (const chapter of chapters) {
    await at(chapter);
    const broken = await page.$$eval("article img", (all) => all.filter((one) => one.naturalWidth === 0 || !one.alt).map((one) => one.src));
    // Pictures that were taken just now are carried by the next build.
    if (process.env.KOKUHO_MANUAL !== "1") assert.deepEqual(broken, [], chapter);
  }
  assert.deepEqual(page.complaints, []);
});

// The log-in ends the one that the walks above had.
test("who sits at several counters is asked which", () => seat({ browser, demo }));

// What the manual quotes: labels as **「…」**, addresses and commands as code, pictures by name.
const chapters = () => readdirSync(folder).filter((name) => name.endsWith(".md")).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
const quoted = (text, pattern) => [...text.matchAll(pattern)].map((one) => one[1]);

test("every label that the manual quotes stands on a page", () => {
  const flat = (text) => text.replace(/\s+/g, "");
  const pages = flat([...seen.text].join("\n"));
  const missing = chapters().flatMap(([name, text]) =>
    quoted(text, /\*\*「([^」]+)」\*\*/g).filter((label) => !pages.includes(flat(label))).map((label) => `${name}: ${label}`));
  assert.deepEqual(missing, []);
});

test("every address that the manual quotes is a page", () => {
  const routes = readFileSync(join(root, "crates", "web", "tests", "routes.golden.txt"), "utf8");
  const known = quoted(routes, /^[A-Z]+\s+(\/\S*)/gm).map((route) => new RegExp(`^${route.replace(/\{\w+\}/g, "[^/]+")}$`));
  const missing = chapters().flatMap(([name, text]) =>
    quoted(text, /`(\/[^`\s]*)`/g).filter((path) => !known.some((route) => route.test(path))).map((path) => `${name}: ${path}`));
  assert.deepEqual(missing, []);
});

test("every command that the manual quotes is understood", () => {
  const missing = [];
  for (const [name, text] of chapters()) {
    for (const line of [...quoted(text, /^ {4,8}(kokuho .*)$/gm), ...quoted(text, /`(kokuho [^`]+)`/g)]) {
      const words = line.split(/\s+/).slice(1);
      const verbs = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0);
      const help = execFileSync(program, [...verbs, "--help"], { encoding: "utf8" });
      for (const option of words.filter((word) => word.startsWith("--"))) {
        if (!help.includes(option)) missing.push(`${name}: ${line}: ${option}`);
      }
      const usage = help.match(/^Usage: (.*)$/m)?.[1] ?? "";
      if (!usage.startsWith(`kokuho ${verbs.join(" ")}`.trim())) missing.push(`${name}: ${line}`);
      // What must be given stands outside the brackets; an option of the whole program shows none.
      const needed = words.includes("--help") || words.length === verbs.length ? [] : quoted(usage, / (--[a-z-]+) </g);
      for (const option of needed) if (!words.includes(option)) missing.push(`${name}: ${line}: ${option} is missing`);
    }
  }
  assert.deepEqual(missing, []);
});

test("every picture that the manual names is there, is taken by these tests, and none is left over", () => {
  const named = new Set(chapters().flatMap(([, text]) => quoted(text, /\]\(images\/([^)]+)\)/g)));
  const there = new Set(readdirSync(join(folder, "images")));
  assert.deepEqual([...named].filter((name) => !there.has(name)), [], "named and not there");
  assert.deepEqual([...there].filter((name) => !named.has(name)), [], "there and not named");
  assert.deepEqual([...named].filter((name) => !seen.pictures.has(name)), [], "not taken by a test");
  const bytes = [...there].reduce((sum, name) => sum + statSync(join(folder, "images", name)).size, 0);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
});
