import { membersContract } from '../../test/contracts/members.ts';
import { memoryMembers } from './memory-members.ts';

membersContract('in memory', memoryMembers);
