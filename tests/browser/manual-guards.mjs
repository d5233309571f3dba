// The ways of the manual that lead past what is guarded: people in hiding, numbers, registers, a finger.
import assert from "node:assert/strict";
import { enrolmentCode, passwordOf, proposeFactor, withReader } from "./factors.mjs";
import { hands, read, show } from "./hands.mjs";
import { logIn, open } from "./support.mjs";

/** On the page of a person under 支援措置: the household, and the notice with a second person's word. */
export async function inHiding({ page, browser, demo, carryOut }) {
  await Promise.all([page.waitForEvent("load"), page.click("text=加入の届出")]);
  await page.fill("#cause", "01a");
  await page.fill("#occurred_on", "080601");
  await carryOut("");
  await show(page, "protection-household", { height: 600 });
  await Promise.all([page.waitForEvent("load"), page.click("a:text-is('納入通知書')")]);
  await read(page);
  const notice = page.url();
  const chief = await open(browser);
  await logIn(chief, demo, demo.chief);
  await chief.goto(notice);
  await show(chief, "protection-notice");
  await chief.fill("#checked", "本人の申出書と送付先の登録を照らし合わせた");
  await Promise.all([chief.waitForEvent("load"), chief.click("button:text-is('承認する')")]);
  await read(chief);
  await page.reload();
  await read(page);
}

/** 個人番号: found by, registered, and a doubtful one settled by two. */
export async function numbersOf({ browser, demo, home }) {
  const numbers = await open(browser);
  await logIn(numbers, demo, "bango", "/number");
  await show(numbers, "number-find");
  await numbers.goto(demo.url + home);
  const someone = (await numbers.$$eval("a", (all) => all.map((one) => one.getAttribute("href")))).find((href) => /^\/people\/\d+$/.test(href ?? ""));
  assert.ok(someone, home);
  await numbers.goto(demo.url + someone);
  await read(numbers);
  await numbers.goto(`${demo.url}/number${someone}`);
  await show(numbers, "number-person", { height: 1000 });
  // Not written on the form: it goes to the list.
  await numbers.fill("#form", "資格取得届 8-1");
  await numbers.check("#checked");
  await Promise.all([numbers.waitForEvent("load"), numbers.click("button[value=register]")]);
  await read(numbers);
  await numbers.goto(`${demo.url}/number/links`);
  await read(numbers);
  await Promise.all([numbers.waitForEvent("load"), numbers.locator("main tbody a").first().click()]);
  await show(numbers, "number-link", { height: 560 });
  await numbers.fill("#reason", "届出書に記載がないことを確かめた");
  await Promise.all([numbers.waitForEvent("load"), numbers.click("button[value=propose]")]);
  await read(numbers);
  const second = await open(browser);
  await logIn(second, demo, "bango2", new URL(numbers.url()).pathname);
  await read(second);
  await Promise.all([second.waitForEvent("load"), second.click("button[value=agree]")]);
  assert.match(await second.locator("main").innerText(), /解消済/);
}

/** 台帳とデータ抽出. */
export async function registersAndTables({ browser, demo }) {
  const keeper = await open(browser);
  await logIn(keeper, demo, demo.administrator, "/registers");
  await show(keeper, "registers-list");
  for (const path of ["/registers/media", "/registers/safeguards"]) {
    await keeper.goto(demo.url + path);
    await read(keeper);
  }
  await keeper.goto(`${demo.url}/registers/outsourcing/new`);
  await show(keeper, "registers-form");
  await keeper.goto(`${demo.url}/registers/extraction/new`);
  await keeper.fill("#enter-request_purpose", "保健事業の計画");
  await keeper.fill("#enter-ground", "国民健康保険法 第82条");
  await keeper.fill("#enter-user_login", demo.clerk);
  await read(keeper);
  await Promise.all([keeper.waitForEvent("load"), keeper.click("button[value=enter]")]);
  await keeper.fill("#approve-approval_number", "E-8-1");
  await keeper.fill("#approve-use_until", "R9.3.31");
  await Promise.all([keeper.waitForEvent("load"), keeper.click("button[value=approve]")]);
  await read(keeper);
  const chief = await open(browser);
  await logIn(chief, demo, demo.chief, new URL(keeper.url()).pathname);
  await show(chief, "registers-agree");
  await Promise.all([chief.waitForEvent("load"), chief.click("button[value='agree!']")]);
  await read(chief);
  const clerk = await open(browser);
  await logIn(clerk, demo, demo.clerk, "/extractions");
  await show(clerk, "registers-extract", { height: 420 });
}

/** 保存と消去, 提供先. */
export async function keptAndGiven({ browser, demo }) {
  const keeper = await open(browser);
  await logIn(keeper, demo, demo.administrator, "/retention");
  await show(keeper, "retention-list", { height: 700 });
  const auditor = await open(browser);
  await logIn(auditor, demo, demo.auditor, "/provisions");
  await show(auditor, "provisions", { height: 700 });
  assert.match(await auditor.locator("main").innerText(), /国民健康保険団体連合会/);
}

/** A passkey, from the code that was handed over to the pages. */
export async function finger({ browser, demo }) {
  // Passkeys belong to a name, not to an address.
  const named = { ...demo, url: demo.url.replace("127.0.0.1", "localhost") };
  const [one, two] = [await open(browser), await open(browser)];
  await logIn(one, named, demo.administrator, "/security");
  await logIn(two, named, "kanri2", "/security");
  await proposeFactor({ demo: named, one, two }, "number_supervisor", "passkey");
  const code = await enrolmentCode({ demo: named, one }, "bango2");
  const clerk = await open(browser);
  await withReader(clerk);
  await passwordOf(clerk, named, "bango2", "/number");
  await show(clerk, "login-code");
  await clerk.keyboard.type(code);
  await Promise.all([clerk.waitForURL("**/me"), clerk.keyboard.press("Enter")]);
  await show(clerk, "login-passkey", { height: 560 });
  await clerk.fill("#passkey_name", "1番窓口の指紋");
  await Promise.all([clerk.waitForURL("**/login?ended=registered"), clerk.click("text=この端末の生体認証を登録する")]);
  await passwordOf(clerk, named, "bango2", "/number");
  await read(clerk);
  await Promise.all([clerk.waitForURL("**/number"), clerk.keyboard.press("Enter")]);
  assert.equal(await clerk.locator("h1").innerText(), "個人番号");
}

/** Someone of several counters, asked after log-in at which one to sit; the counter stands in the head afterwards. */
export async function seat({ browser, demo }) {
  const keeper = await open(browser);
  await logIn(keeper, demo, demo.administrator, "/staff");
  await Promise.all([keeper.waitForURL(/\/staff\/\d+$/), keeper.locator("th a", { hasText: new RegExp(`^${demo.counter}$`) }).click()]);
  for (const [field, text] of [["from", "R8.4.1"], ["ward", "本庁、西支所、東支所"], ["ground", "発令8-1"]]) await keeper.fill(`#${field}`, text);
  for (const role of ["counter", "eligibility"]) await keeper.check(`#role_${role}`);
  await Promise.all([keeper.waitForEvent("load"), keeper.click("text=発令する")]);
  const clerk = await open(browser);
  await logIn(clerk, demo, demo.counter, "/receptions");
  assert.equal(new URL(clerk.url()).pathname, "/me/seat", "before any other page");
  const keys = await hands(clerk);
  await keys.press("ArrowDown");
  assert.equal(await clerk.inputValue("#place"), "西支所");
  await show(clerk, "login-seat", { height: 320 });
  await keys.walk("この窓口に着く");
  await keys.on("Enter");
  assert.equal(new URL(clerk.url()).pathname, "/receptions");
  assert.equal(await clerk.inputValue("#place"), "西支所");
  assert.equal(await clerk.locator("a[href^='/me/seat']").first().innerText(), "西支所");
}
