// browser.mjs CHROMIUM PAGES SCREENSHOTS: the pages as people use them, by mouse, finger and key, without
// a script, in the dark, on paper; nothing may be requested, logged, or fail an accessibility rule.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const [executablePath, folder, pictures] = process.argv.slice(2);
const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// --no-sandbox: as root Chromium does not start with it; the pages are our own
const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu']});
const wrong = []; // whatever a page says, asks for or opens

async function open(name, options = {}) {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, ...options});
  const page = await context.newPage();
  const url = 'file://' + path.join(folder, name);
  page.on('console', m => ['error', 'warning'].includes(m.type()) && wrong.push(`${name}: ${m.text()}`));
  page.on('pageerror', e => wrong.push(`${name}: ${e}`));
  page.on('dialog', d => { wrong.push(`${name}: a dialog`); d.dismiss(); });
  page.on('request', r => !r.url().startsWith('data:') && r.url() !== url &&
    wrong.push(`${name} asks for ${r.url().slice(0, 80)}`));
  await page.goto(url);
  return page;
}

async function check(words, test) {
  const start = Date.now();
  await test();
  assert.deepEqual(wrong, [], words);
  console.log(`${words}: ${Date.now() - start} ms`);
}

const value = page => page.evaluate(() => +document.querySelector('.stage').value);
const state = page => page.evaluate(() => [...document.querySelectorAll('.plane')].map(plane => {
  const m = new DOMMatrix(getComputedStyle(plane).transform);
  return [m.a, m.e, m.f].map(n => Math.round(n * 100) / 100);
}));
const shot = (page, name, options = {}) =>
  page.screenshot({path: path.join(pictures, name + '.png'), ...options});

async function stageBox(page) {
  await page.locator('.stage').scrollIntoViewIfNeeded();
  return page.locator('.stage').boundingBox();
}

async function drag(page, from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}

async function touch(page, steps) { // steps: lists of fingers, an empty list lifts them
  const session = await page.context().newCDPSession(page);
  for (let k = 0; k < steps.length; k++)
    await session.send('Input.dispatchTouchEvent', {
      type: k === 0 ? 'touchStart' : steps[k].length === 0 ? 'touchEnd' : 'touchMove',
      touchPoints: steps[k].map(([x, y], id) => ({x, y, id}))});
}

async function assertAccessible(page, words) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
  assert.ok(found.passes.length > 20, 'axe looked at the page');
  assert.deepEqual(found.violations.map(v =>
    `${v.id}: ${v.nodes.map(n => n.target + ' ' + n.failureSummary).join(' | ').slice(0, 400)}`), [], words);
}

const page = await open('report.html');

await check('the divider by mouse', async () => {
  const b = await stageBox(page), y = b.y + b.height / 3;
  await drag(page, [b.x + b.width / 2, y], [b.x + b.width / 4, y]);
  await page.waitForTimeout(150);
  assert.ok(Math.abs(await value(page) - 25) < 1.5, `at ${await value(page)}`);
});

await check('the divider by keys', async () => {
  const was = await value(page);
  await page.locator('.stage').focus();
  await page.keyboard.down('ArrowRight');
  await page.waitForTimeout(250);
  await page.keyboard.up('ArrowRight');
  const now = await value(page);
  assert.ok(now > was + 1, `from ${was} to ${now}`);
  const told = await page.locator('.stage').getAttribute('aria-valuenow');
  assert.ok(Math.abs(+told - now) <= 1, `told ${told} at ${now}`);
});

await check('zoom and pan move both photos alike', async () => {
  await page.getByRole('button', {name: 'Zoom in'}).click();
  let [before, after] = await state(page);
  assert.equal(before[0], 1.5);
  assert.deepEqual(before, after);
  await page.locator('.stage').focus();
  await page.keyboard.press('1');
  [before, after] = await state(page);
  const native = await page.evaluate(() => {
    const img = document.querySelector('.plane img');
    return img.getBoundingClientRect().width / img.naturalWidth;
  });
  const fitted = await page.evaluate(() => {
    const img = document.querySelector('.plane img');
    return document.querySelector('.stage').getBoundingClientRect().width / img.naturalWidth;
  });
  assert.ok(Math.abs(native - Math.max(1, fitted)) < 0.01, `1:1 shows ${native} screen pixels a pixel`);
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const start = await state(page), b = await stageBox(page);
  await page.keyboard.press('Shift+ArrowLeft');
  const keyed = await state(page);
  assert.ok(keyed[0][1] > start[0][1] + 10);
  const share = await value(page), x = b.x + b.width * 0.8, y = b.y + b.height * 0.7;
  await drag(page, [x, y], [x - 60, y - 40]);
  const dragged = await state(page);
  assert.ok(Math.abs(dragged[0][1] - keyed[0][1] + 60) < 2 && Math.abs(dragged[0][2] - keyed[0][2] + 40) < 2);
  assert.deepEqual(dragged[0], dragged[1]);
  assert.equal(await value(page), share, 'the divider stays while the photo is dragged');
  await page.keyboard.down('Control');
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await page.waitForTimeout(50);
  assert.ok((await state(page))[0][0] > dragged[0][0] * 1.2);
  await shot(page, 'zoomed');
  await page.getByRole('button', {name: 'Whole'}).click();
  assert.deepEqual((await state(page))[0], [1, 0, 0]);
});

await check('a bar in mm stays true while zooming', async () => {
  for (const zooms of [0, 2, 3]) {
    for (let k = 0; k < zooms; k++)
      await page.getByRole('button', {name: 'Zoom in'}).click();
    const seen = await page.evaluate(() => {
      const img = document.querySelector('.plane img'), v = document.getElementById('viewer');
      return {shown: document.querySelector('.mm').getBoundingClientRect().width,
        told: parseFloat(document.querySelector('.length').textContent),
        mm: v.dataset.mm * img.getAttribute('width') / img.getBoundingClientRect().width,
        room: v.getBoundingClientRect().width};
    });
    assert.ok(Math.abs(seen.shown * seen.mm - seen.told) < 0.02 * seen.told, JSON.stringify(seen));
    assert.ok(seen.shown < seen.room / 2 && seen.shown > 20);
  }
  await page.getByRole('button', {name: 'Whole'}).click();
});

await check('every layer lies on both photos', async () => {
  const names = await page.locator('.tools option').evaluateAll(all => all.map(o => o.value).filter(Boolean));
  assert.deepEqual(names, ['relief', 'haemoglobin', 'melanin', 'scars', 'zones',
    'relief-level', 'haemoglobin-level', 'melanin-level', 'error']);
  await page.evaluate(() => { document.querySelector('.stage').value = 50; });
  const plain = await page.locator('.stage').screenshot();
  for (const name of names) {
    await page.locator('.tools select').selectOption(name);
    assert.equal(await page.locator('.face .layer').count(), 2);
    assert.ok((await page.locator('.key').textContent()).length > 3);
    const meanings = await page.locator('.key .line').count();
    assert.equal(meanings, name === 'scars' ? 4 : name === 'zones' ? 1 : 0, name + ' says what its lines mean');
    assert.equal(await page.locator('.key .bar').count(), meanings > 0 ? 0 : 1, name + ' says what its colours mean');
    const seen = await page.locator('.stage').screenshot();
    assert.ok(!seen.equals(plain), name + ' is to be seen');
    fs.writeFileSync(path.join(pictures, 'layer-' + name + '.png'), seen);
  }
  await page.locator('.tools select').selectOption('');
  assert.equal(await page.locator('.face .layer').count(), 0);
});

await check('blinking shows one photo, then the other, and ends', async () => {
  await page.evaluate(() => { document.querySelector('.stage').value = 40; });
  await page.getByRole('button', {name: 'Blink'}).click();
  const first = await value(page);
  const dates = () => page.locator('.sides span:not(.away)').allTextContents();
  assert.match((await dates()).join('|'), first > 50 ? /^Before[^|]*$/ : /^After[^|]*$/, 'the date of what is seen');
  await page.waitForFunction(was => +document.querySelector('.stage').value === 100 - was, first, {timeout: 3000});
  await page.getByRole('button', {name: 'Stop'}).click();
  assert.equal(await value(page), 40);
  assert.equal((await dates()).length, 2);
});

await check('no date lies on a photo', async () => {
  const dates = await page.locator('.sides').boundingBox(), photos = await page.locator('.stage').boundingBox();
  assert.ok(dates.height > 0 && dates.y + dates.height <= photos.y);
});

await check('fingers: the divider, and two of them zoom', async () => {
  const phone = await open('report.html', {viewport: {width: 360, height: 740}, hasTouch: true, isMobile: true,
    deviceScaleFactor: 2});
  const b = await stageBox(phone), y = b.y + b.height / 2, x = b.x + b.width / 2;
  await touch(phone, [[[x, y]], [[x - 20, y]], [[x - 60, y]], [[b.x + b.width * 0.2, y]], []]);
  await phone.waitForTimeout(200);
  assert.ok(Math.abs(await value(phone) - 20) < 6, `at ${await value(phone)}`);
  await touch(phone, [[[x - 20, y], [x + 20, y]], [[x - 35, y], [x + 35, y]], [[x - 50, y], [x + 50, y]], []]);
  const [before, after] = await state(phone);
  assert.ok(before[0] > 1.8, `enlarged ${before[0]} times`);
  assert.deepEqual(before, after);
  await phone.context().close();
});

for (const name of ['report', 'german', 'hostile', 'course', 'index'])
  await check(`no rule of accessibility is broken: ${name}`, async () => {
    for (const colorScheme of name === 'hostile' ? ['light'] : ['light', 'dark']) {
      const one = await open(name + '.html', {colorScheme});
      await assertAccessible(one, `${name}, ${colorScheme}`);
      if (name === 'german') {
        assert.equal(await one.locator('html').getAttribute('lang'), 'de');
        assert.ok((await one.locator('h1').textContent()).includes('glatter'));
      }
      assert.equal(await one.evaluate(() => window.broken), undefined, 'no text of a user ran');
      await one.context().close();
    }
  });

await check('a phone, a desk and a wall show it whole', async () => {
  for (const width of [360, 1200, 3840])
    for (const colorScheme of width < 2000 ? ['light', 'dark'] : ['light'])
      for (const name of colorScheme === 'light' ? ['report', 'german', 'hostile', 'course', 'index'] : ['report', 'german']) {
        const one = await open(name + '.html', {viewport: {width, height: width < 500 ? 740 : width < 2000 ? 1000 : 2160}, colorScheme});
        const over = await one.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${name} at ${width}: ${over} pixels too wide`);
        await shot(one, `${name}-${width}-${colorScheme}`, {fullPage: width < 2000});
        await one.context().close();
      }
});

await check('without a script all facts and pictures are there', async () => {
  const plain = await open('report.html', {javaScriptEnabled: false});
  assert.ok(await plain.locator('h1').isVisible());
  const faces = await plain.locator('.face img').all();
  const boxes = await Promise.all(faces.slice(0, 2).map(i => i.boundingBox()));
  assert.ok(boxes[0].width > 300 && Math.abs(boxes[0].y - boxes[1].y) < 2 && boxes[1].x > boxes[0].x + boxes[0].width - 2);
  assert.equal(await plain.locator('.tools').isVisible(), false);
  for (const map of await plain.locator('.maps img').all())
    assert.ok((await map.boundingBox()).width > 100);
  assert.ok(await plain.locator('#figures table').first().isVisible());
  await shot(plain, 'no-script', {fullPage: true});
  await plain.context().close();
});

await check('without the component a plain range divides', async () => {
  const plain = await open('hostile.html');
  await plain.getByRole('slider').fill('30');
  assert.equal(await plain.locator('.stage').evaluate(s => s.style.getPropertyValue('--cut')), '30%');
  await plain.context().close();
});

// What a page of A4 holds inside its margins, in CSS pixels: 186 x 275 mm.
const sheet = {width: 703, height: 1039};
async function assertFitsPaper(one, words) {
  await one.setViewportSize(sheet);
  const wrong = await one.evaluate(({width, height}) =>
    [...document.querySelectorAll('img, svg, figure, tr, table, p, li, .card')].map(e => [e, e.getBoundingClientRect()])
      .filter(([e, b]) => b.width > 0 && (b.right > width + 1 || (b.height > height && !e.matches('table'))))
      .map(([e, b]) => `${e.tagName}.${e.getAttribute('class')} ${Math.round(b.right)} x ${Math.round(b.height)}`), sheet);
  assert.deepEqual(wrong.slice(0, 5), [], `${words}: nothing is cut at the right or higher than a page`);
  const over = await one.evaluate(() => [...document.querySelectorAll('td, th')].filter(c =>
    c.scrollWidth > c.clientWidth + 1).map(c => c.textContent.slice(0, 60)));
  assert.deepEqual(over.slice(0, 5), [], `${words}: no cell runs into the next one`);
}

await check('German fits on paper too', async () => {
  const one = await open('german.html');
  await one.emulateMedia({media: 'print'});
  await assertFitsPaper(one, 'german');
  for (const format of ['A4', 'Letter']) {
    const pdf = await one.pdf({format, printBackground: true, path: path.join(pictures, `german-${format}.pdf`)});
    const pages = [...pdf.toString('latin1').matchAll(/\/MediaBox/g)].length;
    console.log(`german, ${format}: ${pages} pages`);
    assert.ok(pages >= 2 && pages <= 6, `${pages} pages`);
  }
  await one.context().close();
});

await check('a course fits on paper', async () => {
  const one = await open('course.html');
  await one.emulateMedia({media: 'print'});
  await assertFitsPaper(one, 'course');
  await one.context().close();
});

await check('paper: A4 and Letter, nothing cut', async () => {
  await page.emulateMedia({media: 'print'});
  assert.equal(await page.locator('.viewer').isVisible(), false);
  assert.ok(await page.locator('img.paper').isVisible());
  await shot(page, 'print', {fullPage: true});
  await assertFitsPaper(page, 'report');
  for (const [format, height] of [['A4', 841], ['Letter', 792]]) {
    const pdf = await page.pdf({format, printBackground: true, path: path.join(pictures, `print-${format}.pdf`)});
    const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 [\d.]+ ([\d.]+)/g)];
    console.log(`report, ${format}: ${boxes.length} pages`);
    assert.ok(boxes.length >= 2 && boxes.length <= 6, `${boxes.length} pages`);
    assert.ok(Math.abs(boxes[0][1] - height) < 2);
  }
  await page.emulateMedia({media: null});
});

const figures = await page.evaluate(() => ({
  paint: Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN),
  heap: Math.round(performance.memory.usedJSHeapSize / 1e5) / 10}));
console.log(`first view after ${figures.paint} ms, ${figures.heap} MB of JavaScript's memory, ` +
  `${(fs.statSync(path.join(folder, 'report.html')).size / 1e6).toFixed(2)} MB`);
await browser.close();
