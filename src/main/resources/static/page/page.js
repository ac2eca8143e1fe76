// Takes pictures in, keeps the list of answers, and shows what the server serves.

import { Card } from './card.js';
import { models } from './server.js';

const AT_ONCE = 2;
const SAMPLES = ['balloons', 'traffic light', 'clock', 'umbrella', 'sailing boat'];

const $ = (id) => document.getElementById(id);
const cards = [];
const waiting = [];
let asking = 0;
let served = [];

const page = {
  announce: (text) => ($('announcement').textContent = text),
  answered: ({ model }) => warn(model),
  inputSize: (name) => {
    const { width, height } = described(name)?.input ?? {};
    return width ? `${width} × ${height}` : 'its input size';
  },
  removed: (card) => remove(card),
  retry: (card) => enqueue(card),
};

/* Pictures come in. */

function add(pictures, saveable = false) {
  for (const picture of pictures) {
    const card = new Card(picture, page, saveable);
    cards.unshift(card);
    $('results').prepend(card.element);
    enqueue(card);
  }
  showHeadings();
  if (pictures.length > 0) cards[0].element.scrollIntoView({ block: 'nearest' });
}

function remove(card) {
  const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
  cards.splice(cards.indexOf(card), 1);
  card.close();
  showHeadings();
  (next?.querySelector('.remove') ?? $('choose')).focus();
}

function showHeadings() {
  $('results-title').hidden = cards.length === 0;
  $('clear').hidden = cards.length < 2;
  document.body.classList.toggle('started', cards.length > 0);
}

// A few questions at once keep a small server responsive, however many pictures are dropped.
function enqueue(card) {
  if (!waiting.includes(card)) waiting.push(card);
  next();
}

async function next() {
  if (asking >= AT_ONCE || waiting.length === 0) return;
  const card = waiting.shift();
  asking++;
  if (cards.includes(card)) await card.classify(settings());
  asking--;
  next();
}

/** Files of a drop or a paste; folders are no pictures and cannot be read as one. */
function picturesOf(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  return items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()).filter(Boolean);
}

function choose(input) {
  input.onchange = () => {
    add(input.files);
    input.value = '';
  };
  return () => input.click();
}

$('choose').onclick = choose($('files'));
$('take').onclick = choose($('camera'));

addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('dragging');
});
addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) document.body.classList.remove('dragging');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('dragging');
  const pictures = picturesOf(event.dataTransfer);
  add(pictures);
  if (pictures.length === 0) page.announce('That was no picture file. Save the picture first, then drop the file.');
});
addEventListener('paste', (event) => add(picturesOf(event.clipboardData)));

/* Samples are drawings; the server wants pixels. */

async function rasterised(image, name) {
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new File([blob], `${name}.png`, { type: 'image/png' });
}

for (const name of SAMPLES) {
  const file = name.replace(' ', '-');
  const item = document.createElement('li');
  const button = document.createElement('button');
  const image = document.createElement('img');
  button.type = 'button';
  button.title = `Try the ${name}`;
  image.src = `page/samples/${file}.svg`;
  image.alt = `Drawing: ${name}`;
  button.append(image);
  button.onclick = async () => add([await rasterised(image, file)], true);
  item.append(button);
  $('samples').append(item);
}

/* Settings: a change asks again for every picture. */

function settings() {
  const { fit, top, model } = Object.fromEntries(new FormData($('settings')));
  return { top, fit, model: model === served.find((one) => one.default)?.name ? '' : model ?? '' };
}

$('settings').onsubmit = (event) => event.preventDefault();
$('settings').onchange = () => {
  if (!$('settings').reportValidity()) return;
  showModel();
  cards.forEach(enqueue);
};
$('clear').onclick = () => {
  while (cards.length > 0) remove(cards[0]);
};

/* What is served. */

function described(name) {
  return served.find((one) => (name ? one.name === name : one.default)) ?? served[0];
}

function warn({ weights }) {
  $('untrained').hidden = weights !== 'untrained';
}

function showModel() {
  const model = described(settings().model);
  if (!model) return;
  const { name, version, precision, provider, weights, classes } = model;
  const facts = [`${name} ${version ?? ''}`.trim(), precision, provider, `${classes} classes`, `${weights} weights`];
  $('model').textContent = facts.filter(Boolean).join(' · ');
  const { top } = $('settings').elements;
  top.max = classes;
  top.value = Math.min(top.value, classes);
  warn(model);
}

async function loadModels() {
  try {
    const answer = await models();
    served = answer.models ?? answer;
    const select = $('settings').elements.model;
    select.replaceChildren(...served.map((one) => new Option(one.name, one.name, one.default, one.default)));
    $('model-field').hidden = served.length < 2;
    $('settings').elements.fit.value = described().fit;
    showModel();
  } catch (problem) {
    $('model').textContent = `${problem.message} ${problem.hint ?? ''}`;
  }
}

/* Light and dark. */

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Names the button after the theme that it leads to, and returns that theme. */
function showTheme() {
  const theme = document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  const other = theme === 'dark' ? 'light' : 'dark';
  $('theme').textContent = other === 'dark' ? 'Dark' : 'Light';
  $('theme').setAttribute('aria-label', `${$('theme').textContent} colours`);
  return other;
}

$('theme').onclick = () => {
  const theme = showTheme();
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // The choice then lasts as long as the page.
  }
  showTheme();
};
dark.onchange = showTheme;

// The management port is another one; a proxy seldom publishes it.
$('metrics').href = `${location.protocol}//${location.hostname}:8081/actuator/prometheus`;

showTheme();
loadModels();
