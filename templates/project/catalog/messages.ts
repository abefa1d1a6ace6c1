import { message } from 'jornada/catalog';

/** `, Ana` or nothing. */
const comma = (name?: string) => (name ? `, ${name}` : '');

/** What customers read. Each message has a text in every language of the workspace, and a sample to count its price with. */
export const messages = {
  welcome: message({
    text: {
      en: (c) => `Welcome${comma(c.firstName)}! Good to have you. Reply STOP to opt out.`,
      es: (c) => `Te damos la bienvenida${comma(c.firstName)}. Responde STOP para no recibir mas.`,
    },
    sample: {},
  }),
  'first-order': message<{ offer: { expiresAt: string } }>({
    text: {
      en: (c) => `10% off your first order, until ${c.date(c.offer.expiresAt)}. Reply STOP to opt out.`,
      es: (c) =>
        `10% menos en tu primer pedido, hasta el ${c.date(c.offer.expiresAt)}. Responde STOP para no recibir mas.`,
    },
    sample: { offer: { expiresAt: '2027-02-12T15:00:00.000Z' } },
  }),
};
