/** `haunted-server-detector/messages`: flags in messages, for programs without OpenFeature. */
export { loadGuard } from './load-guard.ts';
export { Fault } from '../fault.ts';
export { FlagRefused } from '../guard/refusal.ts';
export { messageDoor } from '../guard/messages.ts';
export { readRefusals, refusalAnswer, refusalHeaders } from '../guard/refusal-answer.ts';
export { keepReport } from '../guard/report-file.ts';
export type { Acceptance } from '../guard/accept.ts';
export type { Guard } from '../guard/guard.ts';
export type { HeaderMap } from '../guard/header-map.ts';
export type { GuardOptions } from '../guard/load.ts';
export type { MessageDoor } from '../guard/messages.ts';
export type { Refusal } from '../guard/refusal.ts';
export type { RefusalAnswer } from '../guard/refusal-answer.ts';
export type { KeptReport } from '../guard/report-file.ts';
export type { GuardRefusalCode, GuardReport } from '../model/guard-report.ts';
