// Every page with hostile texts: nothing runs, nothing asks, nothing is loaded from elsewhere.
import { Somebody, expect } from "./browser.mjs";

export default async function hostile(browser, order) {
  const sam = await Somebody.comes(browser, order, "manager");
  const { page } = sam;
  const ours = new URL(order.base).origin;
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== ours) sam.wrongs.push(`asked for ${url}`);
  });
  const opens = async (path) => {
    await sam.goes(path);
    const ran = await page.evaluate(() => window.__ran);
    expect(ran === undefined, `a text ran on ${path}`);
    expect(new URL(page.url()).origin === ours, `a text led away from ${path}`);
  };
  for (const [list, reference] of Object.entries(order.records)) {
    if (!list.startsWith("/")) continue;
    await opens(list.slice(0, -1));
    await opens(list + reference);
    await opens(`${list}${reference}?tab=history`);
    const edit = await page.request.get(order.base + list + reference + "/edit");
    if (edit.ok()) await opens(`${list}${reference}/edit`);
  }
  for (const words of ["script", "onerror alert", "<img src=x onerror=window.__ran=1>", "\"><script>window.__ran=1</script>", "javascript"]) {
    await opens(`/search?q=${encodeURIComponent(words)}`);
  }
  await opens("/incidents?q=script&title=%3Cscript%3Ewindow.__ran%3D1%3C%2Fscript%3E");
  await opens("/");
  const file = await page.request.get(`${order.base}/incidents/export`);
  expect(file.headers()["content-disposition"].startsWith("attachment"), "an export is shown as a page");
  expect(file.headers()["content-security-policy"].includes("sandbox"), "an export may run scripts");
  await sam.leaves();
}
