// The ways of the chapters on 状態, 一括処理, 一覧, 職権処理, 文書, 転入・出生, 名寄せ, 夜間処理 and 連携, as docs/manual says them.
import assert from "node:assert/strict";
import { read, show } from "./hands.mjs";
import { night } from "./support.mjs";

const next = (page, selector) => Promise.all([page.waitForEvent("load"), page.locator(selector).first().click()]);

/** Sends the form in hand, looks at what it would do, and confirms. */
async function carryOut(page, name, options) {
  await next(page, "button[value=preview]");
  await page.waitForSelector("text=まだ何も変わっていません");
  if (name) await show(page, name, options);
  else await read(page);
  await next(page, "button[value=confirm]");
  await read(page);
}

/** 状態: one is registered for a student, looked at, and ended. */
export async function statuses(page, demo, person) {
  const at = (path) => page.goto(demo.url + path);
  await at(`/people/${person}/statuses`);
  await show(page, "status-list", { height: 900 });
  await at(`/people/${person}/status/student`);
  await page.fill("#from", "R8.4.1");
  await page.fill("#c_kind", "1");
  await page.fill("#c_school", "見本大学");
  await page.fill("#c_place", "271004");
  await page.fill("#c_course_end_on", "R12.3.31");
  await show(page, "status-student", { height: 760 });
  await carryOut(page, "status-student-preview", { height: 760 });
  await at(`/people/${person}/statuses`);
  await show(page, "status-student-history", { height: 1000 });
  await at(`/people/${person}/status/student/end`);
  await read(page);
  await at(`/people/${person}`);
  await read(page);
  await at("/households/1000003/statuses");
  await read(page);
  await at("/facilities");
  await show(page, "status-facilities", { height: 420 });
  await at("/facilities/0");
  await read(page);
}

/** 一覧と勧奨: the unreported are collected, written to, and the letters printed. */
export async function lists(page, demo) {
  const at = (path) => page.goto(demo.url + path);
  await at("/lists/overlap");
  await show(page, "lists-overlap", { height: 640 });
  await at("/lists/unreported/wave/collect");
  await next(page, "button[value=preview]");
  await read(page);
  await next(page, "button[value=confirm]");
  await at("/lists/unreported/wave/wave");
  await next(page, "button[value=preview]");
  await show(page, "lists-wave", { height: 560 });
  await next(page, "button[value=confirm]");
  await at("/lists/unreported");
  await show(page, "lists-unreported", { height: 760 });
  for (const list of ["whereabouts", "student", "facility", "stay", "revenue"]) {
    const answer = await at(`/lists/${list}`);
    assert.equal(answer.status(), 200, list);
    await read(page);
  }
  await at("/letters?kind=unreported_first");
  await show(page, "letters-list", { height: 900 });
  await next(page, "button[value=print]");
  await read(page);
  await at("/letters/batches/1");
  await show(page, "letters-batch", { height: 640 });
  const paper = await page.request.get(`${demo.url}/letters/batches/1/paper`, { timeout: 60_000 });
  assert.equal(paper.headers()["content-type"], "application/pdf");
  await at("/letters/1");
  await show(page, "letters-one", { height: 1000 });
  await at("/letters/scan");
  await read(page);
}

/** 証明書: tried, numbered and kept. */
export async function proof(page, demo, person) {
  await page.goto(`${demo.url}/people/${person}/proof`);
  await page.fill("#kind", "3");
  await page.fill("#handed_to", "本人（窓口）");
  await carryOut(page, "letters-proof", { height: 760 });
  await show(page, "letters-proofs", { height: 560 });
}

/** 職権処理: drafted, and looked at before it is sent to a second person. */
export async function exOfficio(page, demo, person) {
  await page.goto(`${demo.url}/ex-officio`);
  await show(page, "ex-officio-list", { height: 560 });
  await page.goto(`${demo.url}/ex-officio/new`);
  await page.fill("#person", person);
  await page.fill("#cause", "1");
  await page.fill("#event_on", "080601");
  await page.fill("#ground", "国民健康保険法第5条。住民で、どの適用除外にも当たらない。");
  await page.fill("#evidence", "住民票、オンライン資格確認の照会結果（資格なし）、訪問の記録");
  await show(page, "ex-officio-new", { height: 980 });
  await next(page, "button[value=preview]");
  await read(page);
}

/** 一括処理: tried by hand and by a table, with what is wrong said by row and field. */
export async function bulk(page, demo) {
  const at = (path) => page.goto(demo.url + path);
  await at("/bulk/town");
  await page.fill("#old", "東京都港区桜見本");
  await page.fill("#new", "東京都港区さくら町");
  await page.fill("#on", "R8.12.1");
  await next(page, "button[value=preview]");
  await page.waitForSelector("text=まだ何も変わっていません");
  await show(page, "bulk-preview", { height: 760 });
  await next(page, "button[value=confirm]");
  await show(page, "bulk-list", { height: 560 });
  await at("/bulk/numbers");
  await page.setInputFiles("#list_file", {
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("国保世帯番号,変更前の記号,変更前の番号,変更後の記号,変更後の番号\n1,見,1,新,1\nx,,1,新,2\n"),
  });
  await page.fill("#on", "R8.12.1");
  await next(page, "button[value=preview]");
  await show(page, "bulk-table", { height: 760 });
  assert.match(await page.locator("main").innerText(), /3行目「国保世帯番号」/);
  for (const kind of ["towns", "facility", "symbol", "prefix"]) {
    await at(`/bulk/${kind}`);
    await read(page);
  }
}

/** 転入・出生: a newborn of a family is written by hand, and leads on to 国保. */
export async function arrive(page, demo) {
  await page.goto(`${demo.url}/people/arrive`);
  await page.fill("#cause", "01");
  await page.fill("#occurred_on", "080608");
  await page.fill("#reported_on", "080609");
  await page.fill("#postal_code", "1050001");
  await page.fill("#town", "見本町二丁目");
  await page.fill("#lot", "3番4号");
  for (const [item, value] of [["name", "転入　花子"], ["kana", "テンニュウ ハナコ"], ["birth_on", "S62.8.9"], ["relationship", "02"]]) {
    await page.fill(`#p1_${item}`, value);
  }
  await page.selectOption("#p1_sex", { index: 2 });
  await show(page, "arrive-form", { height: 900 });
  await next(page, "button[value=preview]");
  await page.waitForSelector("text=同じ人かもしれない宛名があります");
  await show(page, "arrive-same", { height: 1000 });
  await page.locator("input[type=checkbox][name^=p1_not_]").first().check();
  await carryOut(page, "");
  const person = (await page.content()).match(/\/people\/(\d+)/)[1];
  await page.goto(`${demo.url}/people/${person}`);
  await read(page);
}

/** 名寄せ: the two are held side by side, and one is proposed. */
export async function merge(page, demo) {
  await page.goto(`${demo.url}/merge`);
  await show(page, "merge-list", { height: 560 });
  await next(page, "a:text-is('比べる')");
  await show(page, "merge-pair", { height: 1000 });
}

/** 夜間処理 after two nights, and 連携 as it stands. */
export async function others(page, demo) {
  await page.goto(`${demo.url}/nightly`);
  await read(page);
  for (const on of ["R8.6.9", "R8.6.10"]) assert.match(night(demo, on), /賦課に関わる異動: 済 /);
  for (const [path, name, height] of [["/nightly", "nightly", 1300], ["/messages", "messages", 760]]) {
    await page.goto(demo.url + path);
    await show(page, name, { height });
  }
}
