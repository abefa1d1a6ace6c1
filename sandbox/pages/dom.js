/** The element with this id; the page has it. */
export const byId = (id) => document.getElementById(id);

/** A new element. Children that are text stay text: nothing here is ever parsed as markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

const svg = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const node = document.createElementNS(svg, 'svg');
  node.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg, 'use');
  use.setAttribute('href', `#icon-${name}`);
  node.append(use);
  return node;
}

let hideToast;

/** Says something for a few seconds. */
export function toast(text) {
  const node = byId('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(hideToast);
  hideToast = setTimeout(() => {
    node.hidden = true;
  }, 6_000);
}
