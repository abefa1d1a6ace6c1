import fc from 'fast-check';
import { readInbound } from '../../rules/stop-words';

const effectOf = (body: string) => readInbound(body).effect;

describe('an inbound text', () => {
  it.each([
    'STOP',
    ' stop. ',
    'Stop!!!',
    'Unsubscribe',
    'OptOut',
    'opt-out',
    'Opt out',
    'STOP PLEASE',
    'please stop',
    'Stop, thanks',
    'stop now pls',
    'stop,please',
    'S.T.O.P',
    'STOP ALL'.replace(' ', ''),
    'cancel',
    'End',
    'quit',
    'revoke',
    'ＳＴＯＰ',
    'stop 🛑',
    '"STOP"',
    'stop​',
    'PARE',
    'Pare, por favor',
    'parar',
    'Sair.',
    'cancelar obrigado',
    'Obrigada, cancelar',
    'Descadastrar',
    'BAJA',
    'alto',
    'Alto!',
    'STOP.\n',
    'stop 😡😡',
    'Stop. Thanks.',
    '*stop*',
    'end, thanks',
    'cancel please!',
    'unsubscribe pls',
    'Now stop',
    'PARAR, POR FAVOR!',
    'Sair, obrigado 🙏',
    'descadastrar por favor',
    'Baja, por favor',
    '¡ALTO!',
  ])('%j is STOP, by its word', (body) => {
    expect(readInbound(body)).toMatchObject({ effect: 'stop', how: 'is' });
  });

  it.each([
    ['please stop texting me', 'stop texting'],
    ['leave me alone', 'leave me alone'],
    ['LEAVE ME, ALONE!', 'leave me alone'],
    ["Don't text me again", 'dont text'],
    ['don’t text', 'dont text'],
    ['do not text this number', 'do not text'],
    ['stop please sending these', 'stop sending'],
    ['Take me off your list', 'take me off'],
    ['no more messages thanks', 'no more messages'],
    ['Unsubscribe me now', 'unsubscribe me'],
    ['Pare de me mandar mensagens', 'pare de me'],
    ['Não quero mais receber isso', 'nao quero mais receber'],
    ['NAO QUERO MAIS RECEBER', 'nao quero mais receber'],
    ['me tire da lista, por favor', 'me tire da lista'],
    ['No me envíen más', 'no me envien mas'],
    ['Dejen de escribirme', 'dejen de'],
    ['I said STOP SENDING me this stuff!!', 'stop sending'],
    ['pls stop messaging me, thanks', 'stop messaging'],
    ['stop contacting my mother', 'stop contacting'],
    ['Please... just leave me alone now.', 'leave me alone'],
    ['remove me from your list', 'remove me'],
    ['REMOVE ME', 'remove me'],
    ['You can take me off this list', 'take me off'],
    ['Do Not Text Me Again', 'do not text'],
    ['DONT TEXT ME', 'dont text'],
    ['no more texts!!', 'no more texts'],
    ['Can you opt me out of these?', 'opt me out'],
    ['unsubscribe me from everything', 'unsubscribe me'],
    ['stop-texting-me', 'stop texting'],
    ['por favor pare de me enviar mensagens', 'pare de me'],
    ['Eu NÃO quero mais receber essas promoções 😡', 'nao quero mais receber'],
    ['Me tire da lista de vocês!', 'me tire da lista'],
    ['no me envíen más mensajes por favor', 'no me envien mas'],
    ['dejen de molestar', 'dejen de'],
  ])('%j is STOP, by what it contains', (body, phrase) => {
    expect(readInbound(body)).toEqual({ effect: 'stop', how: 'contains', phrase });
  });

  it.each([
    // What may be meant otherwise closes the number all the same, and is shown to a person.
    ['Can you remove medication from my chart?', 'remove me'],
    ['I never said stop sending', 'stop sending'],
    ['Please do not text before nine', 'do not text'],
    ['did you stop texting reminders?', 'stop texting'],
  ])('%j is STOP as well: nobody who may have wanted out is texted again', (body, phrase) => {
    expect(readInbound(body)).toEqual({ effect: 'stop', how: 'contains', phrase });
  });

  it.each([
    'the bus stop is near',
    'I will stop by tomorrow at 5',
    'What time do you stop seeing patients?',
    'is it a non-stop flight?',
    'please cancel my appointment',
    'cancel Tuesday please',
    'end of March works',
    'the weekend is fine',
    'I want to quit smoking',
    'my endocrinologist sent me',
    'no thanks',
    'no',
    'Thanks!',
    'ok obrigado',
    'por favor me liga',
    'posso parar na clínica amanhã?',
    'vou sair mais cedo',
    'quero cancelar a consulta',
    'pare em frente à clínica',
    'mi presión está en alto',
    '¿baja la dosis?',
    'help me find it',
    'info about parking?',
    'unstoppable',
    'wrong number',
    'when does it end?',
    'ok',
    'YES',
    'sim',
    'obrigada',
    'please',
    '',
    '   ',
    '👍',
    'how do I cancel my appointment?',
    'nao pare',
    'quero sair de casa as 10',
    'can I get help?',
    'start over',
  ])('%j changes nothing', (body) => {
    expect(readInbound(body)).toEqual({ effect: 'none' });
  });

  it.each(['START', ' start! ', 'Unstop', 'start please'])('%j is START', (body) =>
    expect(effectOf(body)).toBe('start'),
  );

  it.each(['HELP', 'help?', 'Info', 'info, please'])('%j is HELP', (body) =>
    expect(effectOf(body)).toBe('help'),
  );

  it('is the same in any case, with any courtesy and any punctuation around it', () => {
    const words = ['stop', 'pare', 'sair', 'opt out', 'leave me alone', 'start', 'help', 'hello there'];
    const dressing = fc.constantFrom(
      '',
      ' ',
      '.',
      '!',
      '...',
      ' please ',
      ' Pls ',
      ' por favor ',
      ' OBRIGADO ',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        dressing,
        dressing,
        fc.boolean(),
        (word, before, after, loud) => {
          const body = `${before}${loud ? word.toUpperCase() : word}${after}`;
          expect(effectOf(body)).toBe(effectOf(word));
        },
      ),
    );
  });

  it('never fails and never takes long, whatever comes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1600 }), (body) => void readInbound(body)));
    expect(effectOf('please '.repeat(2000))).toBe('none');
  });
});
