const v8 = require('node:v8');

/**
 * Makes V8 save memory rather than time, for a program that does little and lives for months. Code that is never compiled further leaves
 * the compilers on disk, ten megabytes of them; and new objects get no more room than at the start, where a busy minute would take
 * tens of megabytes and keep them.
 */
function keepSmall() {
  v8.setFlagsFromString('--no-opt');
  v8.setFlagsFromString('--no-maglev');
  v8.setFlagsFromString('--no-sparkplug');
  v8.setFlagsFromString('--semi-space-growth-factor=1');
}

module.exports = { keepSmall };
