// Every page, file and document of a world full of hostile texts: nothing runs, nothing asks, nothing is loaded from
// elsewhere, and no page holds an element or an attribute that the same pages with plain words do not have.
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { Somebody, expect } from "./browser.mjs";

// Pages that are looked at beside each other.
const SIDE_BY_SIDE = 3;

// A page that is not there is an error of no text; and what watches here wants to run in documents that run nothing.
const EXPECTED = /Failed to load resource: the server responded with a status of 4|Blocked script execution in '[^']*\/api\/v1\//;

export default async function hostile(browser, order) {
  const work = JSON.parse(readFileSync(order.work, "utf8"));
  const vocabulary = await vocabularyOf(browser, order, work.plain);
  const sam = await watched(browser, order, "manager");
  const counts = { pages: 0, refused: 0, files: 0 };
  await sideBySide(sam, work.hostile.pages, (page, path) => looksAt(sam, page, path, vocabulary, counts));
  await sideBySide(sam, work.hostile.files, (page, path) => opens(sam, page, path, counts));
  sam.wrongs = sam.wrongs.filter((wrong) => !EXPECTED.test(wrong));
  console.log(`counted: ${JSON.stringify({ ...counts, vocabulary: vocabulary.size })}`);
  await sam.leaves();
  expect(counts.pages === work.hostile.pages.length, "a page was left out");
  expect(counts.files === work.hostile.files.length, "a file was left out");
}

// Does something with each path on a few pages; what goes wrong is written down, and the next one is looked at.
async function sideBySide(sam, paths, does) {
  const queue = [...paths];
  const worker = async () => {
    const page = await sam.context.newPage();
    page.setDefaultNavigationTimeout(60_000);
    sam.watch(page);
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      await does(page, path).catch((error) => sam.wrongs.push(`${path}: ${error.message}`));
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}

// Somebody whose every request, dialog and alarm is watched.
async function watched(browser, order, name) {
  const sam = await Somebody.comes(browser, order, name);
  const ours = new URL(order.base).origin;
  sam.context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== ours) sam.wrongs.push(`asked for ${url}`);
  });
  await sam.context.addInitScript(() => {
    for (const alarm of ["alert", "prompt", "confirm", "print", "open"]) {
      window[alarm] = (text) => window.__tell(`${alarm}(${text}) ran on ${location.href}`);
    }
  });
  return sam;
}

// What plain pages are made of: names of elements with the names of their attributes.
async function vocabularyOf(browser, order, plain) {
  const sam = await Somebody.comes(browser, { ...order, ...plain }, "manager");
  const known = new Set();
  for (const path of plain.pages) {
    const answer = await sam.page.request.get(plain.base + path, { maxRedirects: 0 });
    for (const word of await words(sam.page, await answer.text())) known.add(word);
  }
  await sam.leaves();
  return known;
}

// Reads a page as the browser reads it, without running anything.
function words(page, html) {
  return page.evaluate((html) => {
    const document = new DOMParser().parseFromString(html, "text/html");
    const words = new Set();
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        const attributes = element.getAttributeNames().filter((name) => !STATES.has(name)).sort();
        words.add(`${element.localName} ${attributes.join(" ")}`);
        if (element.content instanceof DocumentFragment) walk(element.content);
      }
    };
    // What a control says of itself differs with the record.
    const STATES = new Set(["checked", "selected", "disabled", "open", "hidden"]);
    walk(document);
    return [...words];
  }, html);
}

async function looksAt(sam, page, path, vocabulary, counts) {
  const { order } = sam;
  const answer = await page.goto(order.base + path, { waitUntil: "load" });
  counts.pages += 1;
  if (answer === null) return;
  const status = answer.status();
  expect(status < 500, `${path} answered ${status}`);
  if (status >= 400) counts.refused += 1;
  expect(new URL(page.url()).origin === new URL(order.base).origin, `a text led away from ${path}`);
  const found = await page.evaluate(() => {
    const wrong = [];
    for (const element of document.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (/^on|hx-on/.test(name)) wrong.push(`${element.localName}[${name}]`);
        const leads = ["href", "src", "action", "formaction", "srcset", "data", "xlink:href", "ping"].includes(name) || /^(data-)?hx-(get|post|put|patch|delete|action)$/.test(name);
        if (!leads || value === "") continue;
        const url = URL.parse(value, document.baseURI);
        const stays = url !== null && (url.origin === location.origin || url.protocol === "mailto:");
        if (!stays) wrong.push(`${element.localName}[${name}=${value.slice(0, 80)}]`);
      }
      if (element.localName === "script" && !element.src) wrong.push("a script in the page");
      if (element.localName === "base") wrong.push("a base");
    }
    return wrong;
  });
  for (const wrong of found) sam.wrongs.push(`${wrong} on ${path}`);
  const html = await answer.text().catch(() => "");
  for (const word of await words(page, html)) {
    if (!vocabulary.has(word)) sam.wrongs.push(`<${word}> is on no page with plain words, but on ${path.slice(0, 120)}`);
  }
}

// A file: saved and not shown; and shown all the same, as a text or as XML, it does nothing.
async function opens(sam, page, path, counts) {
  const { order } = sam;
  counts.files += 1;
  const answer = await page.request.get(order.base + path, { maxRedirects: 0 });
  const status = answer.status();
  expect(status < 500, `${path} answered ${status}`);
  const headers = answer.headers();
  const type = (headers["content-type"] ?? "").split(";")[0];
  expect(headers["x-content-type-options"] === "nosniff", `${path} may be taken for something else`);
  expect(/sandbox/.test(headers["content-security-policy"]), `${path} may run scripts`);
  if (/json$/.test(type)) {
    const text = await answer.text();
    expect(!/json$/.test(type) || JSON.parse(text.split("\n")[0]) !== undefined, `${path} is no JSON`);
    return type === "application/json" && !headers["content-disposition"] ? show(page, order.base + path) : showAs(sam, page, path, "text/plain", text);
  }
  expect((headers["content-disposition"] ?? "").startsWith("attachment"), `${path} is shown and not saved`);
  expect(!/html|svg|xml$/.test(type), `${path} is given out as ${type}`);
  const bytes = await answer.body();
  if (/sheet$/.test(type)) {
    for (const [name, content] of unzipped(bytes)) {
      if (!/sheet1\.xml$|sharedStrings\.xml$/.test(name)) continue;
      expect(!/<f[ >]|<hyperlink/.test(content.toString("utf8")), `${path} holds a formula or a link`);
      await showAs(sam, page, `${path}-${name}`, "application/xml", content);
    }
  } else {
    await showAs(sam, page, path, "text/plain", bytes);
  }
}

async function show(page, url) {
  const shown = await page.goto(url);
  expect(shown.headers()["content-type"].startsWith("application/json"), `${url} is no JSON`);
}

// As a browser would show it if it did not save it, on our own site and without the headers that keep it down.
async function showAs(sam, page, path, contentType, body) {
  const url = `${sam.order.base}/shown-as/${encodeURIComponent(path)}`;
  await page.route(url, (route) => route.fulfill({ status: 200, contentType, body }));
  await page.goto(url);
  await page.unroute(url);
  const broken = await page.locator("parsererror").count();
  expect(broken === 0, `${path} is no well-formed XML`);
}

// The files of a zip file.
function* unzipped(bytes) {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [packed, name, extra, comment] = [20, 28, 30, 32].map((place) => place === 20 ? bytes.readUInt32LE(at + 20) : bytes.readUInt16LE(at + place));
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(begin, begin + packed);
    const method = bytes.readUInt16LE(at + 10);
    yield [bytes.toString("utf8", at + 46, at + 46 + name), method === 8 ? inflateRawSync(content) : content];
    at += 46 + name + extra + comment;
  }
}
