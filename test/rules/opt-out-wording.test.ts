import { tellsHowToStop } from '../../rules/opt-out-wording';

describe('a text tells how to stop', () => {
  it.each([
    'Hello. Reply STOP to opt out.',
    'Hello. Text "STOP" to end.',
    'Txt STOP 2 quit',
    'STOP to end',
    'Reply with UNSUBSCRIBE',
    'Oi. Responda PARE para sair.',
    'Envie SAIR e nao escreveremos mais.',
    'Hola. Responde BAJA para no recibir mas.',
    'Visit jornada.example to opt-out',
  ])('%s', (text) => expect(tellsHowToStop(text)).toBe(true));
});

describe('a text does not tell how to stop', () => {
  it.each([
    'The bus stop is near.',
    'Stop by today for 20% off!',
    'Nao pare agora: faltam dois passos.',
    'Reply YES to confirm',
    'Send us a note. The weekend is near.',
    '',
  ])('%s', (text) => expect(tellsHowToStop(text)).toBe(false));
});
