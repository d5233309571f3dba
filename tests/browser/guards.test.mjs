// What is guarded, as the people at the counter meet it: a household in hiding, a number, a table that leaves the house.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { accessible, launch, logIn, open, search, startDemo } from "./support.mjs";

const SECRET = "見本町一丁目2番3号";

let demo, browser, counter, chief, numbers, keeper;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  // The policy is set aside for the accessibility checker alone, which is a script from elsewhere.
  const enter = async (who, path) => {
    const page = await open(browser, { bypassCSP: true });
    await logIn(page, demo, who, path);
    return page;
  };
  counter = await enter(demo.counter);
  chief = await enter(demo.chief);
  numbers = await enter("bango");
  keeper = await enter(demo.administrator, "/registers");
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const words = (page) => page.locator("body").innerText();
const press = (page, what) => Promise.all([page.waitForEvent("load"), page.locator(what).first().click()]);

/** Sends the form in hand and confirms what it would do. */
async function carryOut(page) {
  await press(page, "text=確認へ進む");
  await press(page, "button[value=confirm]");
}

// covers: SEC-102, QUA-026
test("a household in hiding shows no address on any page, and its notice goes out on a second person's word alone", { timeout: 120_000 }, async () => {
  await search(counter, demo, "ミホン マモリ");
  assert.match(await words(counter), /支援措置[\s\S]*（非開示）/);
  await press(counter, "a[data-row]");
  await press(counter, "text=加入の届出");
  await counter.fill("#cause", "01a");
  await counter.fill("#occurred_on", "080601");
  await carryOut(counter);
  const home = new URL(counter.url()).pathname;
  assert.match(await counter.locator(".subject").innerText(), /住所（非開示）[\s\S]*支援措置/);
  const tabs = await counter.$$eval(".subject .tabs a", (all) => all.map((one) => one.getAttribute("href")));
  assert.ok(tabs.length > 5, `${tabs}`);
  for (const path of [...tabs, `${home}?as_of=R20.4.1`, "見本町"]) {
    await (path.startsWith("/") ? counter.goto(demo.url + path) : search(counter, demo, path));
    const shown = await words(counter);
    assert.ok(!shown.includes(SECRET) && !shown.includes("見本町一丁目"), `${path}: ${shown}`);
  }

  await counter.goto(demo.url + home);
  await press(counter, "a:text-is('納入通知書')");
  const notice = new URL(counter.url()).pathname;
  assert.match(await words(counter), /責任者が確かめて承認するまで、印刷も発送もできません/);
  assert.equal(await counter.locator("text=書類を開く").count(), 0);
  assert.equal(await counter.locator("#checked").count(), 0, "not by whoever prints");
  const early = await counter.request.get(`${demo.url}${notice}/paper`);
  assert.ok(early.status() >= 400 && !early.headers()["content-type"].includes("pdf"), `${early.status()}`);

  await chief.goto(demo.url + notice);
  await accessible(chief, "notice in hiding");
  await press(chief, "button:text-is('承認する')");
  assert.equal(await chief.getAttribute("#checked", "aria-invalid"), "true", "a word on how it was checked");
  await chief.fill("#checked", "本人の申出書と送付先の登録を照らし合わせた");
  await press(chief, "button:text-is('承認する')");
  assert.match(await words(chief), /単独で封入して発送してください/);

  await counter.reload();
  const paper = await counter.request.get(`${demo.url}${notice}/paper`);
  assert.equal(paper.headers()["content-type"], "application/pdf");
  assert.deepEqual(counter.complaints, []);
});

/** Twelve digits of nobody in particular, drawn now, with their check digit. */
function someNumber() {
  const digits = Array.from({ length: 11 }, () => Math.floor(Math.random() * 10));
  const sum = digits.toReversed().reduce((all, digit, at) => all + digit * (at < 6 ? at + 2 : at - 4), 0);
  const rest = sum % 11;
  return [...digits, rest <= 1 ? 0 : 11 - rest].join("");
}

/** Two people of the city, by their 宛名番号. */
async function twoPeople(page) {
  await search(page, demo, "ス");
  const ids = await page.$$eval("tbody tr", (all) => all.map((row) => row.querySelectorAll("td.n")[1].innerText.trim()));
  return [...new Set(ids)].slice(0, 2);
}

async function register(page, person, number) {
  await page.goto(`${demo.url}/number/people/${person}`);
  await page.fill("#number", number);
  await page.fill("#form", "資格取得届 8-1");
  await page.check("#checked");
  await press(page, "button[value=register]");
}

// covers: SEC-020, SEC-042, ADR-016, ADR-017, ADR-021
test("a number stays on no page, and one that is another's already is settled by two people", { timeout: 120_000 }, async () => {
  const [one, other] = await twoPeople(numbers);
  const number = someNumber();
  await register(numbers, one, number);
  assert.match(await words(numbers), /登録しました/);
  assert.ok(!(await numbers.content()).includes(number));
  await accessible(numbers, "number of a person");
  await numbers.fill("#presented", number);
  await numbers.fill("#case", "窓口8-1");
  await press(numbers, "button[value=confirm]");
  assert.match(await words(numbers), /登録されている番号と同じです/);
  assert.ok(!(await numbers.content()).includes(number));

  await register(numbers, other, number);
  assert.match(await words(numbers), /まだ紐付けていません/);
  await numbers.goto(`${demo.url}/number/links`);
  await accessible(numbers, "list of doubtful links");
  await press(numbers, "main tbody a");
  const link = new URL(numbers.url()).pathname;
  await numbers.fill("#reason", "届出書を本人に確かめた。前の登録が正しい");
  await press(numbers, "button[value=propose]");
  assert.match(await words(numbers), /二人目を待っています/);
  assert.equal(await numbers.locator("button[value=agree]").count(), 0, "not by whoever proposed it");
  const second = await open(browser);
  await logIn(second, demo, "bango2", link);
  await press(second, "button[value=agree]");
  assert.match(await words(second), /解消済/);

  await counter.goto(`${demo.url}/number/people/${one}`);
  assert.match(await words(counter), /権限がありません/);
  assert.deepEqual([...numbers.complaints, ...second.complaints], []);
});

// covers: SEC-017, SEC-052
test("a table leaves the house after two people's word, for whom it was meant", { timeout: 120_000 }, async () => {
  await accessible(keeper, "registers");
  await keeper.goto(`${demo.url}/registers/extraction/new`);
  await keeper.fill("#enter-request_purpose", "保健事業の計画");
  await keeper.fill("#enter-ground", "国民健康保険法 第82条");
  await keeper.selectOption("#enter-view", { label: "生年別・性別の被保険者数" });
  await keeper.fill("#enter-user_login", demo.clerk);
  await press(keeper, "button[value=enter]");
  await keeper.fill("#approve-approval_number", "E-8-1");
  await keeper.fill("#approve-use_until", "R9.3.31");
  await accessible(keeper, "a step of a register");
  await press(keeper, "button[value=approve]");
  assert.match(await words(keeper), /二人目を待っています/);
  const clerk = await open(browser, { acceptDownloads: true });
  await logIn(clerk, demo, demo.clerk, "/extractions");
  assert.equal(await clerk.locator("button:text-is('抽出する')").count(), 0, "one person is not two");

  await chief.goto(keeper.url());
  await press(chief, "button[value='agree!']");
  assert.match(await words(chief), /二人で確認/);
  await clerk.reload();
  const [file] = await Promise.all([clerk.waitForEvent("download"), clerk.click("button:text-is('抽出する')")]);
  const text = readFileSync(await file.path(), "utf8");
  assert.match(text, /^\ufeff生年,性別,人数\r\n\d{4},[12],\d+\r\n/);

  for (const path of ["/registers/outsourcing/new", "/registers/check/new", "/registers/safeguards"]) {
    await keeper.goto(demo.url + path);
    await accessible(keeper, path);
  }
  assert.deepEqual([...keeper.complaints, ...clerk.complaints], []);
});
