import { mayBeStop } from '../../rules/doubtful-texts';
import { readInbound } from '../../rules/stop-words';

describe('a text that is no STOP', () => {
  it.each([
    'quit sending me texts',
    'Stop with the messages already',
    'No more SMS!',
    "I don't want these messages",
    'cancel these texts please',
    'Delete my number.',
    'please remove my number',
    'never text me again',
    'wrong number',
    'Not interested, thanks',
    'stop it!!',
    'go away',
    'para de me mandar mensagem',
    'Parem de enviar mensagens',
    'não me mande mais mensagens',
    'Não quero receber isso',
    'tira meu número daí',
    'quero sair da lista',
    'Chega!',
    'pare com isso',
    'número errado',
    'no quiero recibir más mensajes',
    'quiten mi número de la lista',
    '¡Basta ya!',
    'no me interesa, gracias',
  ])('%j may be one in other words', (text) => {
    expect([readInbound(text).effect, mayBeStop(text)]).toEqual(['none', true]);
  });

  it.each([
    'the bus stop is near',
    'when does it end?',
    'how do I cancel my appointment?',
    'please cancel my appointment',
    'nao pare',
    'quero sair de casa as 10',
    'qual o número para contato?',
    'me manda a lista de médicos',
    'thanks for the message!',
    'got your text',
    'what is the number of the clinic?',
    'para receber o cupom, o que faço?',
    'no thanks',
    'YES',
    'ok',
    '',
  ])('%j is none in any words', (text) => expect(mayBeStop(text)).toBe(false));

  it('is what it is where it asks for something we know', () => {
    for (const text of ['STOP', 'stop texting me', 'START', 'HELP']) expect(mayBeStop(text)).toBe(false);
  });
});
