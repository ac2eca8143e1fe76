// The server's API as the page uses it, and its refusals in words for a person.

// By kind of problem, or else by status: a proxy in between has statuses alone.
const WORDS = {
  'no-image': ['This file is empty.', 'Was it copied whole?'],
  'too-many-pixels': ['This picture has too many pixels.', 'Make it smaller and try again.'],
  unavailable: ['The server is shutting down.', 'Try again in a moment.'],
  'unsupported-by-model': ['This model has no heat map.', ''],
  400: ['The server did not understand the request.', 'Check the settings above.'],
  404: ['The server does not know this model.', 'It may have been restarted with others. Reload the page.'],
  408: ['The upload took too long.', 'Is the connection slow?'],
  413: ['This file is too large.', 'Make it smaller and try again.'],
  415: ['This is not a picture the server can read.', 'It reads JPEG, PNG, GIF, BMP, WebP and TIFF.'],
  422: ['This picture is damaged.', 'The server began to read it and could not finish.'],
  503: ['The server is busy.', 'Nothing is wrong with the picture.'],
  504: ['The answer took too long.', 'The server gave up so that others need not wait. Nothing is wrong with the picture.'],
};
const OTHER = ['Something went wrong on the server.', 'Its log says more.'];
const UNREACHABLE = ['The server cannot be reached.', 'Is it still running? Is the network there?'];

/** A refusal: what happened, what to do about it, and the server's own words where it had any. */
export class Problem extends Error {
  constructor(status, [title, hint], detail = '') {
    super(title);
    this.status = status;
    this.hint = hint;
    this.detail = detail;
  }
}

/** The address of a path of the API, beside this page, wherever a proxy has put it. */
function address(path, parameters = {}) {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== '') url.searchParams.set(name, value);
  }
  return url;
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { ...options, headers: { Accept: 'application/json, application/problem+json' } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, UNREACHABLE);
  }
  if (response.ok) return response;
  const type = response.headers.get('Content-Type') ?? '';
  const body = type.includes('json') ? await response.json().catch(() => ({})) : {};
  const kind = String(body.type ?? '').split(':').at(-1);
  const [title, hint] = WORDS[kind] ?? WORDS[response.status] ?? OTHER;
  const wait = response.headers.get('Retry-After');
  throw new Problem(response.status, [title, wait ? `${hint} Try again in ${wait} s.` : hint], body.detail);
}

function form(picture) {
  const body = new FormData();
  body.append('file', picture, picture.name);
  return body;
}

/** The stages of a `Server-Timing` header, as [name, milliseconds] in the order of the work. */
function stages(response) {
  return [...(response.headers.get('Server-Timing') ?? '').matchAll(/([\w-]+)[^,]*?;\s*dur=([\d.]+)/g)]
    .map(([, name, millis]) => [name, Number(millis)]);
}

export async function models() {
  return (await ask(address('models'))).json();
}

/** Resolves to the server's answer, its stages, and the milliseconds that the whole took as seen from here. */
export async function classify(picture, settings, signal) {
  const start = performance.now();
  const response = await ask(address('classify', settings), { method: 'POST', body: form(picture), signal });
  const answer = await response.json();
  return { answer, stages: stages(response), millis: performance.now() - start };
}

/** The class activation map of one class: `grid`, rows of numbers, higher where more speaks for the class. */
export async function explain(picture, { fit, model }, classIndex, signal) {
  const url = address('explain', { fit, model, class_index: classIndex });
  return (await ask(url, { method: 'POST', body: form(picture), signal })).json();
}

/** The shell command that asks the same. Within double quotes of its own curl takes a name with commas and semicolons. */
export function curl(picture, settings) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const name = picture.name.replaceAll(/["\\]/g, '\\$&');
  return `curl -F ${quote(`file=@"${name}"`)} \\\n  ${quote(address('classify', settings).href)}`;
}
