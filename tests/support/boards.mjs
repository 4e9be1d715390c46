// The Grafana boards of deploy/grafana as their reader meets them: panels with their queries, variables filled in.
import fs from 'node:fs';
import path from 'node:path';

import { kSourceDir } from './places.mjs';

export const kGrafanaDir = path.join(kSourceDir, 'deploy/grafana');
const kBoardsDir = path.join(kGrafanaDir, 'dashboards');

export const kBoards = fs
    .readdirSync(kBoardsDir)
    .map((file) => ({ file, ...JSON.parse(fs.readFileSync(path.join(kBoardsDir, file), 'utf8')) }));

/// The panels that show something, of all boards: {board, title, type, targets, …}.
export const kPanels = kBoards.flatMap((board) =>
    board.panels.filter((panel) => panel.type !== 'row').map((panel) => ({ board: board.uid, ...panel })),
);

export const variablesOf = (board) => board.templating.list.filter((variable) => variable.type === 'query');

const escaped = (value) => value.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&');

/// What Grafana sends: `chosen` maps variables to lists of values; those that are not in it are "All". A few of the values
/// are put as a regular expression, inside a string of PromQL.
export function filledIn(expr, { range, rate }, chosen = {}) {
    const text = expr
        .replaceAll('$__rate_interval', `${rate}s`)
        .replaceAll('$__range', `${range}s`)
        .replace(/\$(model|service|team)\b/g, (_, name) => {
            const values = chosen[name];
            return values === undefined ? '.*' : values.length === 1 ? escaped(values[0]) : `(${values.map(escaped).join('|')})`;
        });
    if (text.includes('$')) {
        throw new Error(`a variable without a value: ${text}`);
    }
    return text;
}

/// The labels that a legend names.
export const legendLabels = (legend = '') => [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
