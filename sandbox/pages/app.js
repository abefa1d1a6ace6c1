import { Clock } from './clock.js';
import { Conversation } from './conversation.js';
import { byId, toast } from './dom.js';
import { Faults } from './faults.js';
import { PhoneList } from './phone-list.js';

const clock = new Clock();
const phones = new PhoneList(clock);
const conversation = new Conversation(clock);
const faults = new Faults();

phones.onChange = showStage;
clock.onNewDay = () => {
  phones.draw();
  conversation.draw();
};
addEventListener('hashchange', follow);
setUpTools();
setUpNewPhone();
byId('example').textContent = example();
listen();
void phones.refresh().then(follow);

/** Shows the phone the address names, if any. */
async function follow() {
  const phone = phoneInAddress();
  document.body.classList.toggle('reading', phone !== '');
  phones.select(phone);
  const opened = conversation.open(phone);
  showStage();
  await opened;
}

function phoneInAddress() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    // Somebody's hand-written address: no phone.
    return '';
  }
}

function showStage() {
  const { phone } = conversation;
  byId('device').hidden = phone === '';
  byId('empty').hidden = phone !== '' || !phones.isEmpty;
  byId('choose').hidden = phone !== '' || phones.isEmpty;
  document.body.classList.toggle('without-phones', phones.isEmpty && phone === '');
}

/** Follows the live stream; whenever it begins anew, what was missed is read again. */
function listen() {
  const stream = new EventSource('/sandbox/live');
  stream.addEventListener('open', () => {
    showConnection('Live', true);
    readAgain();
  });
  stream.addEventListener('error', () => showConnection('Reconnecting…', false));
  stream.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data);
    if (event.resync) return readAgain();
    if (event.faults) void faults.refresh();
    if (event.messages.length + event.removed.length === 0) return undefined;
    conversation.apply(event.messages, event.removed);
    phones.refreshSoon();
    return undefined;
  });
}

function readAgain() {
  phones.refreshSoon();
  void conversation.refresh();
  void faults.refresh();
}

function showConnection(text, live) {
  byId('connection').textContent = text;
  byId('connection').classList.toggle('live', live);
}

/** On narrow screens the clock and the faults are a sheet. */
function setUpTools() {
  const openers = document.querySelectorAll('.tools-open');
  const show = (open) => {
    document.body.classList.toggle('with-tools', open);
    for (const opener of openers) opener.setAttribute('aria-expanded', String(open));
  };
  for (const opener of openers) {
    opener.addEventListener('click', () => show(!document.body.classList.contains('with-tools')));
  }
  byId('tools-close').addEventListener('click', () => show(false));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') show(false);
  });
}

function setUpNewPhone() {
  const form = byId('new-form');
  const open = () => {
    form.hidden = !form.hidden;
    byId('new-open').setAttribute('aria-expanded', String(!form.hidden));
    if (!form.hidden) byId('new-number').focus();
  };
  byId('new-open').addEventListener('click', open);
  byId('empty-new').addEventListener('click', open);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const number = byId('new-number').value.replace(/[\s().-]/g, '');
    if (!/^\+[1-9]\d{5,14}$/.test(number))
      return toast('Write the number with its country, such as +12125550142.');
    form.hidden = true;
    byId('new-number').value = '';
    location.hash = encodeURIComponent(number);
    return undefined;
  });
}

function example() {
  const lines = (path, body) =>
    `curl ${location.origin}${path} -u "$WRITE_KEY:" \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
  const subscription = { key: '+12125550142', type: 'SMS', status: 'SUBSCRIBED' };
  return [
    lines('/v1/identify', {
      userId: 'ana',
      traits: { firstName: 'Ana', phone: '+12125550142' },
      context: { messaging_subscriptions: [subscription] },
    }),
    lines('/v1/track', {
      userId: 'ana',
      event: 'Visit Checked In',
      properties: { visitId: 'v1', providerId: 'p1' },
    }),
  ].join('\n');
}
