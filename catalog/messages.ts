import { message } from 'jornada/catalog';

interface OfferData {
  offer: { expiresAt: string };
}
interface CodeData {
  offer: { code: string; expiresAt: string };
}
interface AppointmentData {
  startsAt: string;
}

const offer: OfferData = { offer: { expiresAt: '2027-02-02T21:03:07.000Z' } };
const code: CodeData = { offer: { code: 'K7QM-3XWD', expiresAt: '2027-03-05T13:00:00.000Z' } };
const appointment: AppointmentData = { startsAt: '2027-03-02T15:00:00.000Z' };

/** `, Anna` or nothing. */
const comma = (name?: string) => (name ? `, ${name}` : '');

/** A message without data: one text per locale. */
const plain = (en: string, pt: string) => message({ text: { en: () => en, 'pt-BR': () => pt }, sample: {} });

/** Every text a journey can send. Portuguese is written within GSM-7, where `ã` or `ç` would triple the price. */
export const messages = {
  'flash-reward': message<OfferData>({
    text: {
      en: (c) =>
        `Thanks for visiting${comma(c.firstName)}! Show this text at the desk before ${c.time(c.offer.expiresAt)} for 20% off today. Reply STOP to opt out.`,
      'pt-BR': (c) =>
        `Obrigado pela visita${comma(c.firstName)}! Mostre este SMS na recepcao antes das ${c.time(c.offer.expiresAt)} e ganhe 20% hoje. Responda PARE para sair.`,
    },
    sample: offer,
  }),
  'flash-reward-reminder': message<OfferData>({
    text: {
      en: (c) =>
        `Your 20% reward is still waiting, until ${c.time(c.offer.expiresAt)} today. Reply STOP to opt out.`,
      'pt-BR': (c) =>
        `Seus 20% ainda esperam por voce, hoje ate ${c.time(c.offer.expiresAt)}. Responda PARE para sair.`,
    },
    sample: offer,
  }),
  'onboarding-1': message({
    text: {
      en: (c) => `Welcome${comma(c.firstName)}! We are glad you joined. Reply STOP to opt out.`,
      'pt-BR': (c) => `Boas-vindas${comma(c.firstName)}! Que bom ter voce aqui. Responda PARE para sair.`,
    },
    sample: {},
  }),
  'onboarding-2': plain(
    'Tip: add your insurance card in the app and check in takes one tap. Reply STOP to opt out.',
    'Dica: cadastre seu plano no app e o check-in leva um toque. Responda PARE para sair.',
  ),
  'onboarding-3': plain(
    'Your visits earn points. See them under Rewards in the app. Reply STOP to opt out.',
    'Suas visitas valem pontos. Veja em Recompensas no app. Responda PARE para sair.',
  ),
  'onboarding-4': plain(
    'Looking for a doctor? Find a provider near you in the app, by specialty and day. Reply STOP to opt out.',
    'Procurando um medico? Encontre no app, por especialidade e dia. Responda PARE para sair.',
  ),
  'onboarding-5': plain(
    'Set reminders once and never miss a visit again. Reply STOP to opt out.',
    'Ative lembretes e nunca mais perca uma consulta. Responda PARE para sair.',
  ),
  'onboarding-6': plain(
    'Two weeks in: invite your family and keep all visits in one place. Reply STOP to opt out.',
    'Convide sua familia e guarde todas as consultas num lugar. Responda PARE para sair.',
  ),
  'onboarding-7': plain(
    'Your test results arrive in the app as soon as they are ready. Reply STOP to opt out.',
    'Seus exames chegam no app assim que ficam prontos. Responda PARE para sair.',
  ),
  'onboarding-8': plain(
    'A question after the visit? Write to your care team from the app. Reply STOP to opt out.',
    'Uma pergunta depois da consulta? Escreva pelo app. Responda PARE para sair.',
  ),
  'onboarding-9': plain(
    'Did you know? Members save on dental care too. Look under Offers. Reply STOP to opt out.',
    'Sabia? Membros pagam menos no dentista. Veja em Ofertas. Responda PARE para sair.',
  ),
  'onboarding-10': plain(
    'That was the tour. We are here when you need us. Reply STOP to opt out.',
    'Foi a nossa visita guiada. Conte sempre com a gente. Responda PARE para sair.',
  ),
  'reactivation-1': message({
    text: {
      en: (c) =>
        `We have not seen you in a while${comma(c.firstName)}. Anything we can do? Reply STOP to opt out.`,
      'pt-BR': (c) =>
        `Faz tempo que nao nos vemos${comma(c.firstName)}. Podemos ajudar? Responda PARE para sair.`,
    },
    sample: {},
  }),
  'reactivation-2': plain(
    'New evening hours near you: book a visit in under a minute. Reply STOP to opt out.',
    'Novos horarios a noite perto de voce: marque em um minuto. Responda PARE para sair.',
  ),
  'reactivation-3': message<OfferData>({
    text: {
      en: (c) =>
        `A gift for your return: 20% off any visit until ${c.date(c.offer.expiresAt)}. Reply STOP to opt out.`,
      'pt-BR': (c) =>
        `Um presente para sua volta: 20% em qualquer consulta ate ${c.date(c.offer.expiresAt)}. Responda PARE para sair.`,
    },
    sample: offer,
  }),
  'feature-how-to': message<{ feature: string }>({
    text: {
      en: (c) => `You looked at ${c.feature}: it takes three taps, and here is how. Reply STOP to opt out.`,
      'pt-BR': (c) => `Viu ${c.feature}? Em tres toques voce usa, veja como. Responda PARE para sair.`,
    },
    sample: { feature: 'find-provider' },
  }),
  'appointment-confirmation': message<AppointmentData>({
    text: {
      en: (c) => `Booked: your appointment on ${c.date(c.startsAt)} at ${c.time(c.startsAt)}.`,
      'pt-BR': (c) => `Marcado: sua consulta em ${c.date(c.startsAt)} as ${c.time(c.startsAt)}.`,
    },
    sample: appointment,
  }),
  'appointment-reminder': message<AppointmentData>({
    text: {
      en: (c) => `Reminder: your appointment is on ${c.date(c.startsAt)} at ${c.time(c.startsAt)}.`,
      'pt-BR': (c) => `Lembrete: sua consulta em ${c.date(c.startsAt)} as ${c.time(c.startsAt)}.`,
    },
    sample: appointment,
  }),
  'provider-offer': message<CodeData>({
    text: {
      en: (c) =>
        `Still looking for a provider${comma(c.firstName)}? 20% off your first visit with code ${c.offer.code}, until ${c.date(c.offer.expiresAt)}. Reply STOP to opt out.`,
      'pt-BR': (c) =>
        `Ainda procura um medico${comma(c.firstName)}? 20% na primeira consulta com o codigo ${c.offer.code}, ate ${c.date(c.offer.expiresAt)}. Responda PARE para sair.`,
    },
    sample: code,
  }),
} as const;
