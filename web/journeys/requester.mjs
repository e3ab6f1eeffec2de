// A customer reports, reads, writes, and says that it is not solved.
import { Somebody, expect } from "./browser.mjs";

export default async function requester(browser, order) {
  const mia = await Somebody.comes(browser, order, "requester");
  const { page } = mia;
  await mia.looks("own reports");
  await page.getByRole("link", { name: "New incident" }).click();
  await page.fill("#field-title", "No sound in the meeting room");
  await mia.looks("report form");
  await page.getByRole("button", { name: "Create" }).click();
  await mia.sees("was created");
  await page.fill("#comment", "It began after lunch.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await mia.sees("Your comment was added");
  await mia.looks("own record");
  const inside = await page.getByText("internal note").count();
  expect(inside === 0, "a customer is offered an internal note");

  await mia.goes(`/incidents/${order.records.first}/clocks`);
  await mia.looks("clocks for a customer");
  const text = await page.locator("main").innerText();
  expect(!text.includes("Weekdays"), "a customer reads what the calendar is called inside");

  await mia.goes(`/incidents/${order.records.resolved}`);
  await mia.sees("The panel was restarted.");
  await page.getByRole("link", { name: "Reopen" }).click();
  await page.locator("#drawer[open] #field-reopen_reason").fill("It is dark again.");
  await page.locator("#drawer").getByRole("button", { name: "Reopen" }).click();
  await mia.sees("Reopen: done");

  await page.setViewportSize({ width: 390, height: 844 });
  await mia.looks("record on a telephone");
  await mia.leaves();
}
