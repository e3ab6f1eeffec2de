// An agent handles an incident from new to closed by mouse, and looks at what explains and proves it.
import { Somebody, expect } from "./browser.mjs";

export default async function agent(browser, order) {
  const ana = await Somebody.comes(browser, order, "agent");
  const { page } = ana;
  await ana.sees("Waiting for me");
  await ana.looks("desk");
  await ana.pictures("desk");

  await page.locator(".tiles a", { hasText: "Unassigned" }).click();
  await page.waitForURL(/assignee=none/);
  await ana.looks("list");
  await ana.pictures("list");

  await page.getByRole("link", { name: "New incident" }).click();
  await page.waitForURL(/\/incidents\/new/);
  await ana.looks("new");
  await page.fill("#field-title", "Checkout down in Zürich");
  await page.fill("#field-description", "All tills show error 17.\nSince nine.");
  await page.selectOption("#field-impact", "high");
  await page.selectOption("#field-urgency", "medium");
  await page.fill("#field-service", "Paym");
  await page.getByRole("option", { name: /Payments/ }).click();
  await page.fill("#field-assigned_team", "Service d");
  await page.getByRole("option", { name: /Service desk/ }).click();
  await page.getByRole("button", { name: "Create" }).click();
  await ana.sees("was created");
  expect(!page.url().includes("did="), `the address still tells what was done: ${page.url()}`);
  await ana.looks("record");
  const reference = page.url().match(/INC-\d+/)[0];

  await page.getByRole("button", { name: "Start", exact: true }).click();
  await ana.sees("Start: done");
  await page.fill("#comment", "We are on it.");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await ana.sees("Your comment was added");
  await ana.pictures("record");

  await page.locator(".clock-line a").first().click();
  await page.waitForURL(/\/clocks/);
  await ana.looks("clocks");
  await page.goBack();
  await ana.goes(`/incidents/${reference}?tab=files`);
  await page.getByRole("link", { name: "Add a file" }).click();
  await page.locator("#field-file").setInputFiles({ name: "till.txt", mimeType: "text/plain", buffer: Buffer.from("error 17\n") });
  await ana.looks("file form");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "till.txt" }).waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "till.txt" }).click()]);
  expect(file.suggestedFilename() === "till.txt", `the file is called ${file.suggestedFilename()}`);
  await ana.looks("files");

  await ana.goes(`/incidents/${reference}`);
  await page.getByRole("link", { name: "Resolve" }).click();
  await page.locator("#drawer[open] #field-resolution").fill("Restarted the payment gateway.");
  await ana.looks("drawer");
  await page.locator("#drawer").getByRole("button", { name: "Resolve" }).click();
  await ana.sees("Resolve: done");
  await page.getByRole("link", { name: "Close", exact: true }).click();
  await page.locator("#drawer[open]").getByRole("button", { name: "Close", exact: true }).last().click();
  await ana.sees("Close: done");

  for (const tab of ["history", "proof", "links", "tasks"]) {
    await ana.goes(`/incidents/${reference}?tab=${tab}`);
    await ana.looks(tab);
  }

  // One move for two records, and one that cannot.
  await ana.goes("/incidents?state=new,resolved");
  for (const box of await page.locator("tbody input[name=ref]").all()) await box.check();
  await page.locator(".bulk").getByRole("button", { name: "Start", exact: true }).click();
  await ana.sees("left out");
  await ana.looks("bulk");
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await ana.sees("0 refused");

  await ana.goes("/reports/sla");
  await ana.sees("missed their target");
  await ana.looks("report");
  await ana.pictures("report");
  await ana.goes("/me");
  await ana.looks("own account");
  await page.getByRole("link", { name: "New token" }).click();
  await page.fill("#field-name", "monitoring");
  await page.getByRole("button", { name: "Make the token" }).click();
  await ana.sees("shown this once");
  await ana.looks("token");
  await ana.leaves();
}
