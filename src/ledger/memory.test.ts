import { ledgerContract } from '../../test/contracts/ledger.ts';
import { memoryLedger } from './memory.ts';

ledgerContract('in memory', () => memoryLedger('tests'));
