// One picture and what the server said about it.

import { classify, curl, explain } from './server.js';
import { paint } from './heatmap.js';

const FEW = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** Statuses that say the picture itself is refused: asking again would change nothing. */
const PERMANENT = [413, 415, 422];

function percent(probability) {
  return probability > 0 && probability < 0.0005 ? '< 0.1 %' : `${FEW.format(probability * 100)} %`;
}

function readable(label) {
  return label.replaceAll('_', ' ');
}

/** The part of a picture that the model sees, in the picture's pixels; with `pad` it reaches beyond the picture. */
function region(width, height, fit) {
  if (fit === 'squash') return { x: 0, y: 0, width, height };
  const side = fit === 'crop' ? Math.min(width, height) : Math.max(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}

const CAPTION = {
  crop: (side) => `The model saw the bright square, scaled to ${side}.`,
  squash: (side) => `The model saw the whole picture, squeezed to ${side}.`,
  pad: (side) => `The model saw the whole picture with bars added, scaled to ${side}.`,
};

/** Lays an element over a box, both given in the picture's pixels. */
function place(element, { x, y, width, height }, box) {
  element.style.left = `${(100 * (x - box.x)) / box.width}%`;
  element.style.top = `${(100 * (y - box.y)) / box.height}%`;
  element.style.width = `${(100 * width) / box.width}%`;
  element.style.height = `${(100 * height) / box.height}%`;
}

export class Card {
  #picture;
  #settings;
  #page;
  #run = new AbortController();
  #heatRun = new AbortController();
  #answer;
  #chosen;

  /** `page` is told of answers, announcements and the removal, and knows the size that a model sees. */
  constructor(picture, page, saveable) {
    this.#picture = picture;
    this.#page = page;
    this.element = document.getElementById('card').content.firstElementChild.cloneNode(true);
    this.address = URL.createObjectURL(picture);
    this.#find('h3').textContent = picture.name;
    this.#find('.remove').setAttribute('aria-label', `Remove ${picture.name}`);
    this.#find('.remove').onclick = () => page.removed(this);
    this.#find('.again').onclick = () => page.retry(this);
    this.#find('.copy').onclick = () => this.#copy();
    this.#find('.heat-switch').onchange = () => this.#showHeat();
    const slider = this.#find('.opacity input');
    slider.oninput = () => (this.#find('.heat').style.opacity = slider.value / 100);
    slider.oninput();
    if (saveable) Object.assign(this.#find('.save'), { href: this.address, download: picture.name, hidden: false });
    const image = this.#find('img');
    image.onload = () => this.#answer || this.#lay(image.naturalWidth, image.naturalHeight);
    image.onerror = () => {
      image.hidden = true;
      this.#find('.unshown').hidden = false;
      this.#find('figure').hidden = !this.#answer;
    };
    image.src = this.address;
  }

  #find(selector) {
    return this.element.querySelector(selector);
  }

  /** Asks the server; an earlier question that is still open is dropped. */
  async classify(settings) {
    this.#stop();
    this.#run = new AbortController();
    this.#settings = settings;
    this.element.setAttribute('aria-busy', 'true');
    this.#find('.problem').hidden = true;
    this.#find('.waiting').hidden = Boolean(this.#answer);
    try {
      this.#show(await classify(this.#picture, settings, this.#run.signal));
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      this.#refuse(problem);
    }
    this.#find('.waiting').hidden = true;
    this.element.setAttribute('aria-busy', 'false');
  }

  #show({ answer, stages, millis }) {
    this.#answer = answer;
    const { image, predictions } = answer;
    this.#find('.facts').textContent = `${image.width} × ${image.height} ${image.format.replace('image/', '').toUpperCase()}`;
    this.#find('.predictions').replaceChildren(...predictions.map((prediction) => this.#row(prediction)));
    this.#find('figure').hidden = false;
    this.#lay(image.width, image.height);
    this.#showTiming(stages, millis);
    this.#find('code').textContent = curl(this.#picture, this.#settings);
    this.#find('.curl').hidden = false;
    this.#find('.heat-controls').hidden = false;
    this.#choose(predictions.find(({ class_index }) => class_index === this.#chosen?.class_index) ?? predictions[0]);
    this.#page.answered(answer);
    this.#page.announce(`${this.#picture.name}: ${predictions.slice(0, 3)
      .map(({ label, probability }) => `${readable(label)}, ${percent(probability)}`).join('; ')}.`);
  }

  #row(prediction) {
    const row = document.getElementById('prediction').content.firstElementChild.cloneNode(true);
    row.dataset.classIndex = prediction.class_index;
    row.querySelector('.label').textContent = readable(prediction.label);
    row.querySelector('.wordnet').textContent = prediction.wordnet_id ?? '';
    row.querySelector('.probability').textContent = percent(prediction.probability);
    row.querySelector('.bar i').style.width = `${100 * prediction.probability}%`;
    row.querySelector('button').title = 'Show where the evidence for it lies';
    row.querySelector('button').onclick = () => {
      this.#find('.heat-switch').checked = true;
      this.#choose(prediction);
    };
    return row;
  }

  /** Sizes the stage to the picture and what the model saw of it, whichever reaches further. */
  #lay(width, height) {
    const fit = this.#settings?.fit ?? 'crop';
    const seen = region(width, height, fit);
    const whole = { x: 0, y: 0, width, height };
    const box = fit === 'pad' ? seen : whole;
    this.#find('.stage').style.setProperty('--ratio', box.width / box.height);
    place(this.#find('img'), whole, box);
    place(this.#find('.unshown'), whole, box);
    place(this.#find('.heat'), seen, box);
    place(this.#find('.seen'), seen, box);
    this.#find('.stage').classList.add('laid');
    this.#find('.seen').hidden = fit !== 'crop' || width === height;
    this.#find('figcaption').textContent = CAPTION[fit](this.#page.inputSize(this.#settings?.model));
  }

  #showTiming(stages, millis) {
    const known = stages.reduce((sum, [, took]) => sum + took, 0);
    const all = [...stages, ['network and browser', Math.max(millis - known, 0)]];
    this.#find('.strip').replaceChildren(...all.map(([, took]) => {
      const part = document.createElement('i');
      part.style.flexGrow = took;
      return part;
    }));
    this.#find('.timing dl').replaceChildren(...all.map(([name, took]) => {
      const group = document.createElement('div');
      group.append(document.createElement('dt'), document.createElement('dd'));
      group.firstChild.textContent = name;
      group.lastChild.textContent = `${FEW.format(took)} ms`;
      return group;
    }));
    this.#find('.timing').hidden = false;
  }

  /** The class that the heat map is about. */
  #choose(prediction) {
    this.#chosen = prediction;
    this.#showHeat();
  }

  async #showHeat() {
    const on = this.#find('.heat-switch').checked;
    const [heat, scale, problem] = ['.heat', '.scale', '.heat-problem'].map((selector) => this.#find(selector));
    this.#heatRun.abort();
    problem.hidden = true;
    for (const row of this.element.querySelectorAll('.predictions li')) {
      const chosen = on && row.dataset.classIndex === String(this.#chosen.class_index);
      row.firstElementChild.setAttribute('aria-pressed', chosen);
    }
    this.#find('.opacity').hidden = !on;
    if (!on) {
      heat.hidden = scale.hidden = true;
      return;
    }
    const label = readable(this.#chosen.label);
    this.#heatRun = new AbortController();
    try {
      const { grid } = await explain(this.#picture, this.#settings, this.#chosen.class_index, this.#heatRun.signal);
      paint(heat, grid);
      heat.setAttribute('aria-label', `Heat map: where in the picture the evidence for ${label} lies`);
      scale.querySelector('b').textContent = label;
      heat.hidden = scale.hidden = false;
      this.#page.announce(`Heat map of ${label} shown.`);
    } catch (error) {
      if (error.name === 'AbortError') return;
      heat.hidden = scale.hidden = true;
      problem.textContent = [error.message, error.detail].filter(Boolean).join(' ');
      problem.hidden = false;
    }
  }

  #refuse(problem) {
    this.#answer = undefined;
    const box = this.#find('.problem');
    box.querySelector('strong').textContent = problem.message;
    box.querySelector('.hint').textContent = problem.hint ?? '';
    box.querySelector('.detail').textContent = problem.detail ? `The server says: ${problem.detail}` : '';
    box.querySelector('.again').hidden = PERMANENT.includes(problem.status);
    box.hidden = false;
    this.#find('figure').hidden = this.#find('img').hidden;
    this.#find('.predictions').replaceChildren();
    this.#find('.heat-switch').checked = false;
    for (const part of ['.timing', '.curl', '.heat-controls', '.heat', '.seen']) this.#find(part).hidden = true;
  }

  async #copy() {
    const code = this.#find('code');
    const button = this.#find('.copy');
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Plain http on another host has no clipboard; the old way works from a click.
      getSelection().selectAllChildren(code);
      document.execCommand('copy');
    }
    button.textContent = 'Copied';
    this.#page.announce('Command copied.');
    setTimeout(() => (button.textContent = 'Copy'), 2000);
  }

  #stop() {
    this.#run.abort();
    this.#heatRun.abort();
  }

  close() {
    this.#stop();
    URL.revokeObjectURL(this.address);
    this.element.remove();
  }
}
