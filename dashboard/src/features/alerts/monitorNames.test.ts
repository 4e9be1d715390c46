import { readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { en } from '@/i18n/en';
import { nl } from '@/i18n/nl';
import { zh } from '@/i18n/zh';

/** The table of recommended monitors, which the server is built from. */
const table = readFileSync(path.join(import.meta.dirname, '../../../../src/alert/recommended.cc'), 'utf8');
const recommended = Object.fromEntries([...table.matchAll(/"id":"([^"]+)","name":"([^"]+)"/g)].map(([, id, name]) => [id, name]));

describe('names of recommended monitors', () => {
  it('are those of the server, in three languages', () => {
    expect(Object.keys(recommended).length).toBeGreaterThan(20);
    expect(en.alerts.monitorName).toEqual(recommended);
    for (const { alerts } of [nl, zh]) {
      expect(Object.keys(alerts.monitorName)).toEqual(Object.keys(recommended));
      for (const [id, name] of Object.entries(alerts.monitorName)) {
        expect(name, id).not.toBe(recommended[id]);
      }
    }
  });
});
