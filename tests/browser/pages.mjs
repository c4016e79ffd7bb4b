// Opens every kind of page at ADDRESS in Chromium and saves pictures in FOLDER:
//   node pages.mjs ADDRESS FOLDER [PATH...]
// Ends with 1 when a page is not as it should be, saying what and where.

import { readFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [address, folder, ...given] = process.argv.slice(2);
const paths = given.length ? given : ['', 'korea-russia', 'korea-russia.rss', 'odd', 'arabic', 'digest', 'nothing', 'search', 'search?q=Pyongyang', 'no-such-topic'];
const widths = { phone: 390, desk: 1280 };
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const complaints = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
await mkdir(folder, { recursive: true });
for (const colorScheme of ['light', 'dark']) {
  for (const [device, width] of Object.entries(widths)) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    for (const path of paths) {
      const name = `${path.replaceAll(/[^a-z-]/g, '-') || 'index'}-${device}-${colorScheme}`;
      const complain = (what) => complaints.push(`${name}: ${what}`);
      await look(await context.newPage(), path, name, complain);
    }
    await context.close();
  }
}
await browser.close();
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length ? 1 : 0);

async function look(page, path, name, complain) {
  const expected = path === 'no-such-topic' ? 404 : 200;
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complain(`error: ${error.message}`));
  page.on('console', (message) => {
    // Chromium notes every 404 here, the one that we ask for too.
    const asked = expected === 404 && message.text().includes('404');
    if (['error', 'warning'].includes(message.type()) && !asked) complain(message.text());
  });
  const response = await page.goto(new URL(path, address).href);
  if (response.status() !== expected) complain(`status ${response.status()}`);
  if (!response.headers()['content-type'].startsWith('text/html')) complain('it is not a page');

  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const seen = await page.evaluate((search) => ({
    scripts: document.scripts.length,
    foreign: document.querySelectorAll(`img, iframe, object, embed${search ? '' : ', form'}`).length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    styled: getComputedStyle(document.body).maxWidth !== 'none',
  }), path.startsWith('search'));
  if (seen.scripts || seen.foreign) complain('it holds what a page should not');
  if (seen.overflow > 0) complain(`it is ${seen.overflow} px too wide`);
  if (!seen.styled) complain('its style does not apply');

  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }));
  for (const { id, impact, nodes } of found.violations) {
    complain(`axe ${impact}: ${id} at ${nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')}`);
  }

  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => {
    const { top } = document.activeElement.getBoundingClientRect();
    return document.activeElement.className === 'skip' && top >= 0;
  });
  if (!skip) complain('the first Tab does not show the way past the top');

  const fetched = requests.filter((url) => !url.startsWith('data:'));
  if (fetched.length !== 1) complain(`it fetched ${fetched.join(' ')}`);
  await page.close();
}
