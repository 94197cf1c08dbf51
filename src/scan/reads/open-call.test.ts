import { expect, it } from 'vitest';
import { openCall, receiverBefore } from './open-call.ts';

it.each([
  ['const metrics = useFlag(', { name: 'useFlag', receiver: '' }],
  ['if (a && unleash.isEnabled(', { name: 'isEnabled', receiver: ' unleash.' }],
  ['f(g(1), ', { name: 'f', receiver: '' }],
  ['x.get<Map<string, number>>(', { name: 'get', receiver: 'x.' }],
  ['x?.(', { name: 'x', receiver: '' }],
  ['Flipper.enabled? ', { name: 'enabled?', receiver: 'Flipper.' }],
  ['f(1)', null],
  ['', null],
])('the call that is open after %j is %j', (before, callee) => {
  expect(openCall(before)).toEqual(callee);
});

it.each([
  ['const metric = isOn', ''],
  ['$this->client->isOn', '$this.client.'],
  ['client\n    .isOn', 'client.'],
  ['a = b.c.isOn', ' b.c.'],
])('the call at the end of %j is made on %j', (text, receiver) => {
  expect(receiverBefore(text, text.length - 'isOn'.length)).toBe(receiver);
});
