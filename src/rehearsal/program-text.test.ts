import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeSite, programPath, wholeProgram } from './program-text.ts';

describe('the text of a program', () => {
  it.each(['router-old.cjs', 'router-new.cjs', 'market.cjs', 'gateway.cjs'])(
    '%s stands alone: it requires nothing but built-ins',
    (file) => {
      const required = [...wholeProgram(file).matchAll(/require\('([^']+)'\)/g)].map((match) => match[1]);
      expect(required).toContain('node:net');
      expect(required.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
    },
  );

  it('has Power Peg only in the old router and RLP only in the new one', () => {
    expect(wholeProgram('router-old.cjs')).toContain('function powerPeg(');
    expect(wholeProgram('router-old.cjs')).not.toContain('function retailLiquidity(');
    expect(wholeProgram('router-new.cjs')).toContain('function retailLiquidity(');
    expect(wholeProgram('router-new.cjs')).not.toContain('function powerPeg(');
  });

  it('says on which line a function lives', () => {
    const lines = readFileSync(programPath('router-old.cjs'), 'utf8').split('\n');
    const { file, line, symbol } = codeSite('router-old.cjs', 'powerPeg');
    expect({ file, symbol }).toEqual({ file: 'router-old.cjs', symbol: 'powerPeg' });
    expect(lines[line - 1]).toContain('function powerPeg(');
  });

  it('refuses a function that is not there', () => {
    expect(() => codeSite('router-new.cjs', 'powerPeg')).toThrow('no function powerPeg');
  });
});
